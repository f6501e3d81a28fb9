public import LiveKitProtocol
import NIOCore
import Synchronization

/// A track this client publishes.
///
/// Frames may be written from any thread. A track survives reconnects: the server may give it another ``sid`` then.
public final class LocalTrack: Sendable {
    private struct State {
        var info: Livekit_TrackInfo
        var enabledLayers: Set<String>?
        var hasEnded = false
        var onKeyFrameRequest: (@Sendable (String?) -> Void)?
    }

    /// What the track was published as.
    public let description: LocalTrackDescription
    /// The identifier this client chose; it is the track's name in the session description.
    let cid: String
    private let state: Mutex<State>
    private let loop: any EventLoop
    private let output: @Sendable (EncodedFrame, String?, String) -> Void
    private let resize: @Sendable (Publication.Size, String) -> Void

    init(
        description: LocalTrackDescription,
        cid: String,
        info: Livekit_TrackInfo,
        loop: any EventLoop,
        output: @escaping @Sendable (EncodedFrame, String?, String) -> Void,
        resize: @escaping @Sendable (Publication.Size, String) -> Void
    ) {
        self.description = description
        self.cid = cid
        self.loop = loop
        self.output = output
        self.resize = resize
        state = Mutex(State(info: info))
    }

    /// Names the track in the room.
    public var sid: TrackSID { TrackSID(rawValue: state.withLock { $0.info.sid }) }

    /// The track as the server described it when it accepted it.
    package var info: Livekit_TrackInfo { state.withLock { $0.info } }

    /// Whether the track is over, so that writing has no effect.
    public var hasEnded: Bool { state.withLock { $0.hasEnded } }

    /// Whether anybody looks at a layer, as far as the server has told; a layer nobody looks at need not be encoded.
    public func isEnabled(layer rid: String) -> Bool {
        state.withLock { $0.enabledLayers?.contains(rid) ?? true }
    }

    /// Sends a frame; `rid` names the layer of a simulcast track, and is nil for any other.
    public func write(_ frame: EncodedFrame, layer rid: String? = nil) {
        loop.execute { [output, cid] in output(frame, rid, cid) }
    }

    /// Tells the room in which size pictures come from now on: that of the largest layer, in pixels.
    public func setSize(width: Int, height: Int) {
        loop.execute { [resize, cid] in resize(Publication.Size(width: width, height: height), cid) }
    }

    /// Sets what is called, on the hub's event loop, when somebody needs a key frame of a layer.
    public func onKeyFrameRequest(_ callback: @escaping @Sendable (_ rid: String?) -> Void) {
        state.withLock { $0.onKeyFrameRequest = callback }
    }

    func keyFrameRequested(rid: String?) {
        let callback = state.withLock { $0.onKeyFrameRequest }
        callback?(rid)
    }

    func accepted(_ info: Livekit_TrackInfo) { state.withLock { $0.info = info } }

    func enable(layers: Set<String>?) { state.withLock { $0.enabledLayers = layers } }

    func end() {
        state.withLock {
            $0.hasEnded = true
            $0.onKeyFrameRequest = nil
        }
    }
}
