import Media
import MediaWire
import Scene
import Synchronization

/// The decoded pictures of one source, waiting for the frames that show them.
final class PictureStore: Sendable {
    private struct Picture {
        var time: Instant
        var frame: VideoFrame
    }

    private struct State {
        /// By time.
        var pictures: [Picture] = []
        var first: Instant?
        var last: Instant?
    }

    private let state = Mutex(State())

    /// Takes in a picture to be shown from `time` on.
    func add(_ frame: VideoFrame, at time: Instant) {
        state.withLock { state in
            let index = state.pictures.lastIndex { $0.time <= time }.map { $0 + 1 } ?? 0
            state.pictures.insert(Picture(time: time, frame: frame), at: index)
            state.first = state.first ?? time
            state.last = time
            // The oldest is the one on show; should it go, the next takes its place early.
            if state.pictures.count > Self.capacity { state.pictures.removeFirst() }
        }
    }

    /// The picture on show at `time`, which must not be earlier than at the call before.
    ///
    /// A source whose first picture is yet to come shows it at once: a still start is better than none.
    func picture(at time: Instant) -> VideoFrame? {
        state.withLock { state in
            if let current = state.pictures.lastIndex(where: { $0.time <= time }), current > 0 {
                state.pictures.removeFirst(current)
            }
            return state.pictures.first?.frame
        }
    }

    /// Forgets the pictures up to `time`: the source has no picture then.
    func clear(through time: Instant) {
        state.withLock { state in state.pictures.removeAll { $0.time <= time } }
    }

    /// When the first and the last picture ever taken in were to be shown.
    var span: (first: Instant, last: Instant)? {
        state.withLock { state in
            guard let first = state.first, let last = state.last else { return nil }
            return (first, last)
        }
    }

    /// Two seconds of 30 pictures: three times what is waited for, and a bound on memory if the encoder falls behind.
    private static let capacity = 60
}
