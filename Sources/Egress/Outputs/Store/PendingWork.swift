import Synchronization

/// Counts what is under way, for whoever waits until nothing is.
final class PendingWork: Sendable {
    private struct State {
        var count = 0
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())

    /// Something has begun.
    func begin() {
        state.withLock { $0.count += 1 }
    }

    /// Something that was begun is over.
    func end() {
        let waiting: [CheckedContinuation<Void, Never>] = state.withLock { state in
            precondition(state.count > 0, "what ends has begun")
            state.count -= 1
            guard state.count == 0 else { return [] }
            defer { state.waiting = [] }
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    /// Returns when nothing is under way.
    func wait() async {
        await withCheckedContinuation { continuation in
            let isOver = state.withLock { state in
                guard state.count > 0 else { return true }
                state.waiting.append(continuation)
                return false
            }
            if isOver { continuation.resume() }
        }
    }
}
