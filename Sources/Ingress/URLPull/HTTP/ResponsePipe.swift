import Dispatch
import Media
import NIOCore
import NIOHTTP1
import Synchronization

/// Takes one response from an event loop to the thread that waits for it.
///
/// Bytes that nobody reads yet are bounded: above the bound the connection is not read until they have been taken (policy
/// `block`), which TCP tells the server.
final class ResponsePipe: Sendable {
    /// What comes, in this order.
    enum Event: Sendable {
        case head(HTTPResponseHead)
        case body(ByteBuffer)
        /// The server said that this was all.
        case end
    }

    /// Bytes above which the connection is no longer read, and below which it is again.
    static let bounds = (high: 1 << 20, low: 256 << 10)

    private struct State {
        var events: [Event] = []
        var next = 0
        var bytes = 0
        var isHeld = false
        var failure: PullFailure?
        var channel: (any Channel)?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let arrival = DispatchSemaphore(value: 0)

    // MARK: - On the event loop

    /// The connection is there.
    func attach(_ channel: any Channel) {
        let isClosed = state.withLock { state in
            state.channel = channel
            return state.isClosed
        }
        if isClosed { channel.close(promise: nil) }
    }

    /// Takes what has come.
    func push(_ event: Event) {
        let channelToHold = state.withLock { state -> (any Channel)? in
            state.events.append(event)
            guard case .body(let buffer) = event else { return nil }
            state.bytes += buffer.readableBytes
            guard state.bytes > Self.bounds.high, !state.isHeld else { return nil }
            state.isHeld = true
            return state.channel
        }
        arrival.signal()
        channelToHold?.setOption(.autoRead, value: false).whenFailure { _ in }
    }

    /// Nothing more comes, because of this; the first reason counts.
    func fail(_ failure: PullFailure) {
        state.withLock { state in
            if state.failure == nil { state.failure = failure }
        }
        arrival.signal()
    }

    // MARK: - On the waiting thread

    /// What comes next, if it comes by the deadline and nobody ends the waiting before.
    func next(within limit: Duration, of what: String, control: StreamControl) throws(PullFailure) -> Event {
        let deadline = ContinuousClock.now + limit
        while true {
            if let event = try take() { return event }
            guard !control.mustStop, ContinuousClock.now < deadline else {
                throw PullFailure(.unavailable, "\(what) did not come within \(limit.limitText)")
            }
            _ = arrival.wait(timeout: .now() + .milliseconds(50))
        }
    }

    private func take() throws(PullFailure) -> Event? {
        let (event, failure, channelToRead) = state.withLock { state -> (Event?, PullFailure?, (any Channel)?) in
            guard state.next < state.events.count else { return (nil, state.failure, nil) }
            let event = state.events[state.next]
            state.next += 1
            if state.next == state.events.count {
                state.events.removeAll(keepingCapacity: true)
                state.next = 0
            }
            guard case .body(let buffer) = event else { return (event, nil, nil) }
            state.bytes -= buffer.readableBytes
            guard state.isHeld, state.bytes < Self.bounds.low else { return (event, nil, nil) }
            state.isHeld = false
            return (event, nil, state.channel)
        }
        if let failure { throw failure }
        channelToRead?.setOption(.autoRead, value: true).whenFailure { _ in }
        return event
    }

    /// Lets go of the connection.
    func close() {
        let channel = state.withLock { state in
            state.isClosed = true
            state.events = []
            state.next = 0
            return state.channel
        }
        channel?.close(promise: nil)
    }
}

extension Duration {
    /// The duration as texts give it: `10 s`, `250 ms`.
    var limitText: String {
        let (seconds, attoseconds) = components
        return seconds > 0 ? "\(seconds) s" : "\(attoseconds / 1_000_000_000_000_000) ms"
    }
}
