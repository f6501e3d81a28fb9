package import Media
package import MediaWire

/// What a source of media says: an RTMP or WHIP publisher, or a URL that is pulled.
package enum InputEvent: Sendable, Hashable {
    /// A stream begins, or goes on as another; at most one of each kind is alive.
    case track(InputTrack)
    /// A sample of the stream of that kind, in decoding order.
    ///
    /// Times are those of the publisher: they begin anywhere, and the streams of one publisher share their clock.
    case sample(MediaKind, EncodedPacket)
    /// Nothing follows; whether the publisher said so or was lost is the sender's affair.
    case ended
}

/// Takes what a source says, one call at a time and in order; an implementation hands it on and returns at once.
package protocol InputSink: AnyObject, Sendable {
    /// Takes the next event.
    func receive(_ event: InputEvent)
}
