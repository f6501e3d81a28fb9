/// Takes the samples of one subscribed track.
///
/// Called on the hub's event loop, one call at a time: an implementation hands the sample on and returns at once.
public protocol TrackReceiver: AnyObject, Sendable {
    /// Takes the next sample, in decoding order.
    func receive(_ sample: EncodedSample)
    /// The track is over: it was unpublished or unsubscribed, or the session ended. Nothing follows.
    func trackEnded()
}
