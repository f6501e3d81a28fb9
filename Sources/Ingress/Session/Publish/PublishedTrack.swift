package import LiveKitProtocol
package import RoomClient

/// A track that a session publishes; may be used from any thread.
package protocol PublishedTrack: AnyObject, Sendable {
    /// Names the track in the room; another after a reconnect.
    var sid: TrackSID { get }
    /// Whether anybody watches a layer.
    func isEnabled(layer rid: String) -> Bool
    /// Sends a frame; `rid` names the layer of a track of pictures.
    func write(_ frame: EncodedFrame, layer rid: String?)
    /// Tells the room in which size the largest layer comes from now on, in pixels.
    func setSize(width: Int, height: Int)
    /// Sets what is called when somebody needs a key frame of a layer, or of all if it names none.
    func onKeyFrameRequest(_ callback: @escaping @Sendable (_ rid: String?) -> Void)
}

extension LocalTrack: PublishedTrack {}
