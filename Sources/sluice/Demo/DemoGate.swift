import Synchronization

/// Lets the recording begin when everyone has joined, and the screen be shared when the recording has begun.
final class DemoGate: Sendable {
    private struct State {
        var missing: Int
        var isRecording = false
        var waiting: [(CheckedContinuation<Void, Never>, forRecording: Bool)] = []
    }

    private let state: Mutex<State>

    init(expected: Int) {
        state = Mutex(State(missing: expected))
    }

    /// One more participant is in the room.
    func joined() {
        change { $0.missing -= 1 }
    }

    /// The recording has begun.
    func beginRecording() {
        change { $0.isRecording = true }
    }

    /// Returns when everyone is in the room.
    func allJoined() async {
        await wait(forRecording: false)
    }

    /// Returns when the recording has begun.
    func recordingBegan() async {
        await wait(forRecording: true)
    }

    private func wait(forRecording: Bool) async {
        await withCheckedContinuation { continuation in
            let isOpen = state.withLock { state in
                if Self.isOpen(state, forRecording: forRecording) { return true }
                state.waiting.append((continuation, forRecording))
                return false
            }
            if isOpen { continuation.resume() }
        }
    }

    private func change(_ body: (inout State) -> Void) {
        let opened = state.withLock { state in
            body(&state)
            let now = state
            state.waiting.removeAll { Self.isOpen(now, forRecording: $0.forRecording) }
            return now.waiting.filter { Self.isOpen(now, forRecording: $0.forRecording) }
        }
        for (continuation, _) in opened { continuation.resume() }
    }

    private static func isOpen(_ state: State, forRecording: Bool) -> Bool {
        forRecording ? state.isRecording : state.missing <= 0
    }
}
