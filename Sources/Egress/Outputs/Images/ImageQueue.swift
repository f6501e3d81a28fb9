import Dispatch
import Synchronization

/// A queue between the recording's thread, which must not wait, and one that does; when it is full the oldest element goes.
final class ImageQueue<Element: Sendable>: Sendable {
    private struct State {
        var elements: [Element] = []
        var dropped = 0
        var isClosed = false
    }

    private let state = Mutex(State())
    private let filled = DispatchSemaphore(value: 0)
    private let capacity: Int

    init(capacity: Int) {
        precondition(capacity > 0, "a queue holds something")
        self.capacity = capacity
    }

    /// Elements that had to go.
    var dropped: Int { state.withLock { $0.dropped } }

    /// Adds an element.
    func push(_ element: Element) {
        state.withLock { state in
            guard !state.isClosed else { return }
            if state.elements.count == capacity {
                state.elements.removeFirst()
                state.dropped += 1
            }
            state.elements.append(element)
        }
        filled.signal()
    }

    /// The next element, waiting for one; nil when the queue is closed and empty.
    func take() -> Element? {
        while true {
            let taken: (element: Element?, isOver: Bool) = state.withLock { state in
                if !state.elements.isEmpty { return (state.elements.removeFirst(), false) }
                return (nil, state.isClosed)
            }
            if let element = taken.element { return element }
            if taken.isOver { return nil }
            filled.wait()
        }
    }

    /// Nothing follows; what is in the queue can still be taken.
    func close() {
        state.withLock { $0.isClosed = true }
        filled.signal()
    }
}
