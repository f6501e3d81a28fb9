import Ingress
import LiveKitProtocol
import MediaWire
import RoomClient
import Synchronization

/// A published track that keeps what is written to it.
final class RecordingTrack: PublishedTrack {
    struct Written: Sendable {
        var frame: EncodedFrame
        var layer: String?
    }

    private struct State {
        var written: [Written] = []
        var sizes: [String] = []
        var disabled: Set<String> = []
        var callback: (@Sendable (String?) -> Void)?
    }

    let sid: TrackSID
    let description: LocalTrackDescription
    private let state = Mutex(State())

    init(_ description: LocalTrackDescription) {
        self.description = description
        sid = TrackSID(rawValue: description.kind == .audio ? "TR_audio" : "TR_video")
    }

    func isEnabled(layer rid: String) -> Bool { state.withLock { !$0.disabled.contains(rid) } }

    func write(_ frame: EncodedFrame, layer rid: String?) {
        state.withLock { $0.written.append(Written(frame: frame, layer: rid)) }
    }

    func setSize(width: Int, height: Int) { state.withLock { $0.sizes.append("\(width)×\(height)") } }

    func onKeyFrameRequest(_ callback: @escaping @Sendable (String?) -> Void) {
        state.withLock { $0.callback = callback }
    }

    func requestKeyFrame(_ rid: String?) { state.withLock { $0.callback }?(rid) }

    func disable(_ rids: Set<String>) { state.withLock { $0.disabled = rids } }

    /// The sizes that the room was told after that of the description.
    var sizes: [String] { state.withLock { $0.sizes } }

    /// Everything written so far.
    var written: [Written] { state.withLock { $0.written } }

    /// What was written to one layer.
    func frames(_ rid: String?) -> [EncodedFrame] { written.filter { $0.layer == rid }.map(\.frame) }
}
