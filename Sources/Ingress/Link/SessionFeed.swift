import Dispatch
import JobProcess
import Synchronization

/// Brings what publishers say to a session's process, on a thread of its own: whoever calls never waits.
///
/// What the process does not take fast enough waits in an ``InputBacklog``.
final class SessionFeed: Sendable {
    private struct State {
        var backlog = InputBacklog()
        var link: JobLink?
        var publisher: SessionTable.PublisherID?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let news = DispatchSemaphore(value: 0)

    /// A feed that leads nowhere yet; `name` is that of its thread.
    init(name: String) {
        _ = WorkThread(name: name) { [self] in write() }
    }

    /// Samples that nobody got.
    var dropped: Int { state.withLock { $0.backlog.dropped } }

    /// Brings a message to the process, after all that were given before.
    func send(_ message: SessionMessage) {
        state.withLock { state in
            guard !state.isClosed else { return }
            state.backlog.add(message)
        }
        news.signal()
    }

    /// Brings what a publisher says to the process, if it is the one that speaks; whether it is.
    @discardableResult
    func send(_ event: InputEvent, from publisher: SessionTable.PublisherID) -> Bool {
        let isHeard = state.withLock { state in
            guard !state.isClosed, state.publisher == publisher else { return false }
            state.backlog.add(.input(event))
            return true
        }
        if isHeard { news.signal() }
        return isHeard
    }

    /// The first publisher speaks from now on.
    func begin(_ publisher: SessionTable.PublisherID) {
        state.withLock { $0.publisher = publisher }
    }

    /// Another publisher speaks from now on, and nobody else is heard.
    func change(to publisher: SessionTable.PublisherID) {
        state.withLock { state in
            state.publisher = publisher
            state.backlog.forgetTracks()
            // Both, whether or not the one before had been lost: the clock and the streams are others.
            state.backlog.add(.sourceLost)
            state.backlog.add(.sourceResumed)
        }
        news.signal()
    }

    /// The publisher that was lost goes on, in the same streams.
    func resume() {
        state.withLock { $0.backlog.resume() }
        news.signal()
    }

    /// Sends to this process from now on, beginning with what the publisher has announced.
    func connect(_ link: JobLink) {
        state.withLock { state in
            state.backlog.restart()
            state.link = link
        }
        news.signal()
    }

    /// Sends to nobody until ``connect(_:)`` is called again.
    func disconnect() {
        state.withLock { $0.link = nil }
    }

    /// Ends the thread; whatever waits is dropped.
    func close() {
        state.withLock { state in
            state.isClosed = true
            state.link = nil
        }
        news.signal()
    }

    private func write() {
        while true {
            news.wait()
            while let (link, message) = next() {
                // One that is gone takes nothing more: the next one is told what there is.
                if !link.send(message) { forget(link) }
            }
            if state.withLock({ $0.isClosed }) { return }
        }
    }

    private func next() -> (JobLink, SessionMessage)? {
        state.withLock { state in
            guard let link = state.link, let message = state.backlog.next() else { return nil }
            return (link, message)
        }
    }

    private func forget(_ link: JobLink) {
        state.withLock { if $0.link === link { $0.link = nil } }
    }
}
