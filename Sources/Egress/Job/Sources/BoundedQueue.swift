import Dispatch
import Synchronization

/// A queue between a producer that must not wait and a thread that does.
///
/// Its overflow policy is to start over: when full it is emptied, and the consumer learns of it with the next element. That
/// suits encoded video, where one missing element makes all up to the next key frame useless.
final class BoundedQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var overflowed = false
        var isClosed = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let capacity: Int

    init(capacity: Int) {
        self.capacity = capacity
    }

    /// Adds an element; false if the queue was full and has been emptied.
    @discardableResult
    func push(_ element: Element) -> Bool {
        let fits = state.withLock { state in
            guard !state.isClosed else { return true }
            let fits = state.elements.count < capacity
            if !fits {
                state.elements.removeAll(keepingCapacity: true)
                state.overflowed = true
            }
            state.elements.append(element)
            return fits
        }
        filled.signal()
        return fits
    }

    /// Takes everything there is, waiting for something; nil when the queue is closed and empty.
    func takeAll() -> (elements: [Element], overflowed: Bool)? {
        while true {
            let taken: (elements: [Element], overflowed: Bool, isClosed: Bool) = state.withLock { state in
                defer {
                    state.elements = []
                    state.overflowed = false
                }
                return (state.elements, state.overflowed, state.isClosed)
            }
            if !taken.elements.isEmpty { return (taken.elements, taken.overflowed) }
            if taken.isClosed { return nil }
            filled.wait()
        }
    }

    /// Nothing follows; what is in the queue can still be taken.
    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
    }
}
