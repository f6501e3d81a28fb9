import JobProcess
import Media

/// Encodes one layer on a thread of its own.
///
/// Few pictures wait for it. If it cannot keep up, a live session leaves out the oldest (`dropOldest`), which nobody sees who does not see
/// the layer stutter anyway, and tells the encoder, which then takes less trouble; a file's waits for room (`block`).
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
        case encode(LayerPicture, leftOut: Int)
        case pause
        case end
    }

    private let state = Monitor(State())
    private let isPaced: Bool

    /// - Parameters:
    ///   - effortChanged: called on the thread when the encoder goes on with more or less effort.
    ///   - failed: called on the thread when the encoder fails, which ends it.
    init(
        _ settings: LayerEncoder.Settings,
        cores: Int,
        isPaced: Bool,
        effortChanged: @escaping @Sendable (EncoderEffort) -> Void,
        failed: @escaping @Sendable (MediaError) -> Void
    ) {
        self.isPaced = isPaced
        _ = WorkThread(name: "encode \(settings.rid)") { [state] in
            defer { state.update { $0.hasEnded = true } }
            do throws(MediaError) {
                try Self.work(LayerEncoder(settings, cores: cores, effortChanged: effortChanged), state)
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
            case .encode(let picture, let leftOut): try encoder.encode(picture, leftOut: leftOut)
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
            return .encode(state.pictures.removeFirst(), leftOut: state.leftOut)
        }
        return state.isClosed ? .end : nil
    }
}
