import Dispatch
import Media
import MediaWire
import Synchronization

/// Hands packets from the recording thread, which must not wait, to the thread of one URL.
final class StreamQueue: Sendable {
    private struct State {
        var backlog: StreamBacklog
        var isClosed = false
        var hasSleeper = false
    }

    /// What was found.
    enum Element: Sendable {
        case packet(StreamBacklog.Item)
        /// Nothing came in time.
        case nothing
        /// Nothing will come.
        case end
    }

    private let state: Mutex<State>
    private let change = DispatchSemaphore(value: 0)

    init(hasVideo: Bool) {
        state = Mutex(State(backlog: StreamBacklog(hasVideo: hasVideo)))
    }

    /// Adds a packet; false if others had to be dropped for it.
    @discardableResult
    func push(_ packet: EncodedPacket, of kind: MediaKind) -> Bool {
        let (fits, wakes) = state.withLock { state -> (Bool, Bool) in
            guard !state.isClosed else { return (true, false) }
            let fits = state.backlog.append(packet, of: kind)
            defer { state.hasSleeper = false }
            return (fits, state.hasSleeper)
        }
        if wakes { change.signal() }
        return fits
    }

    /// Takes the oldest packet, waiting for one.
    func next(within limit: Duration) -> Element {
        let found = take(announcing: true)
        guard case .nothing = found else { return found }
        _ = change.wait(timeout: .now() + limit.inSeconds)
        return take(announcing: false)
    }

    private func take(announcing: Bool) -> Element {
        state.withLock { state in
            state.hasSleeper = false
            if let item = state.backlog.popFirst() { return .packet(item) }
            if state.isClosed { return .end }
            state.hasSleeper = announcing
            return .nothing
        }
    }

    /// Rests for so long, or until the queue is closed; true if it is.
    func rest(for limit: Duration) -> Bool {
        let end = DispatchTime.now() + limit.inSeconds
        while !isClosed, DispatchTime.now() < end {
            // Closing wakes whoever sleeps; packets do not.
            _ = change.wait(timeout: end)
        }
        return isClosed
    }

    /// Leaves only what a new connection begins with.
    func skipToLastKeyFrame() {
        state.withLock { $0.backlog.skipToLastKeyFrame() }
    }

    /// Packets dropped since the start.
    var dropped: Int { state.withLock { $0.backlog.dropped } }

    /// Nothing follows; what is in the queue can still be taken.
    func close() {
        state.withLock { $0.isClosed = true }
        change.signal()
    }

    var isClosed: Bool { state.withLock { $0.isClosed } }
}
