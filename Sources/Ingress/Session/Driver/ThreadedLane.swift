import JobProcess
import Media

/// Encodes one layer on a thread of its own.
///
/// Few pictures wait for it. If it cannot keep up, a live session leaves out the oldest (`dropOldest`), which nobody sees who does not see
/// the layer stutter anyway, and tells the encoder, which then gets more threads or less to do; a file's waits for room (`block`).
final class ThreadedLane: EncoderLane, Sendable {
    /// Pictures that wait at most: a tenth of a second of 30 a second.
    private static let capacity = 3

    private struct State {
        var pictures: [LayerPicture] = []
        /// How many were left out since the last that was encoded.
        var leftOut = 0
        var isPaused = false
        var isClosed = false
        var hasEnded = false
    }

    private enum Work {
        case encode(LayerPicture, leftOut: Int, waiting: Int)
        case pause
        case end
    }

    private let state = Monitor(State())
    private let isPaced: Bool

    /// - Parameters:
    ///   - changed: called on the thread when the encoder goes on in another way.
    ///   - failed: called on the thread when the encoder fails, which ends it.
    init(
        _ settings: LayerEncoder.Settings,
        cores: Int,
        isPaced: Bool,
        changed: @escaping @Sendable (LayerEncoder.Change) -> Void,
        failed: @escaping @Sendable (MediaError) -> Void
    ) {
        self.isPaced = isPaced
        _ = WorkThread(name: "encode \(settings.rid)") { [state] in
            defer { state.update { $0.hasEnded = true } }
            do throws(MediaError) {
                try Self.work(LayerEncoder(settings, cores: cores, changed: changed), state)
            } catch {
                failed(error)
            }
        }
    }

    func encode(_ picture: LayerPicture) {
        let isPaced = isPaced
        _ = state.wait { state -> Void? in
            if state.hasEnded { return () }
            if state.pictures.count >= Self.capacity {
                if isPaced { return nil }
                state.pictures.removeFirst()
                state.leftOut += 1
            }
            state.pictures.append(picture)
            return ()
        }
    }

    func pause() {
        state.update { state in
            state.pictures = []
            state.leftOut = 0
            state.isPaused = true
        }
    }

    func finish() {
        state.update { $0.isClosed = true }
        _ = state.wait { $0.hasEnded ? () : nil }
    }

    private static func work(_ encoder: LayerEncoder, _ state: Monitor<State>) throws(MediaError) {
        while true {
            switch state.wait(until: next) ?? .end {
            case .encode(let picture, let leftOut, let waiting):
                try encoder.encode(picture, leftOut: leftOut, waiting: waiting)
            case .pause: encoder.pause()
            case .end: return
            }
        }
    }

    private static func next(_ state: inout State) -> Work? {
        if state.isPaused {
            state.isPaused = false
            return .pause
        }
        if !state.pictures.isEmpty {
            defer { state.leftOut = 0 }
            let picture = state.pictures.removeFirst()
            return .encode(picture, leftOut: state.leftOut, waiting: state.pictures.count)
        }
        return state.isClosed ? .end : nil
    }
}
