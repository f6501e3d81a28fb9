import Synchronization

/// Collects what arrives, and lets a test wait for so and so many.
final class Inbox<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var waiter: (count: Int, continuation: CheckedContinuation<Void, Never>)?
    }

    private let state = Mutex(State())

    var elements: [Element] { state.withLock { $0.elements } }

    func add(_ element: Element) {
        state.withLock { state in
            state.elements.append(element)
            guard let waiter = state.waiter, state.elements.count >= waiter.count else { return }
            state.waiter = nil
            waiter.continuation.resume()
        }
    }

    /// Returns once `count` have arrived; the test's time limit ends a wait for what never comes.
    func wait(for count: Int) async -> [Element] {
        await withCheckedContinuation { continuation in
            state.withLock { state in
                guard state.elements.count < count else { return continuation.resume() }
                state.waiter = (count, continuation)
            }
        }
        return elements
    }
}
