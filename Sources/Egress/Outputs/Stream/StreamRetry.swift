import MediaWire

/// When the connection to one URL is tried, and tried again.
///
///     idle ──begin──▶ connecting ──connected──▶ up ──failed──▶ waiting ──due──▶ connecting
///                         └──────────────failed─────────────────▲    └────── giving up ──▶ over
///
/// Waiting doubles from half a second to 15 seconds, with a quarter more or less at random, so that many outputs do not come
/// back to a server at once. A connection that lasted starts the count anew; one that broke at once does not.
struct StreamRetry: Sendable {
    /// What is to be done.
    enum Action: Sendable, Hashable {
        case connect
        /// Nothing before this instant.
        case wait(until: Instant)
        /// It has been without a connection for as long as was allowed.
        case giveUp
    }

    private enum State: Sendable {
        /// → connecting
        case idle
        /// → up, waiting, over
        case connecting
        /// → waiting, over
        case up(since: Instant)
        /// → connecting
        case waiting(until: Instant)
        /// Nothing follows.
        case over
    }

    static let firstDelay = Duration.milliseconds(500)
    static let longestDelay = Duration.seconds(15)
    /// A connection that has lasted so long was a good one.
    static let stable = Duration.seconds(10)

    /// Connections tried after the first.
    private(set) var retries: UInt32 = 0
    private let giveUpAfter: Duration?
    private var state = State.idle
    /// Failures since the last good connection.
    private var failures = 0
    /// The time without connection since the last good one starts here; brief connections move it on by their length.
    private var downSince = Instant(nanoseconds: 0)

    /// `giveUpAfter`: the time without connection after which it is over; nil for never.
    init(giveUpAfter: Duration?) {
        self.giveUpAfter = giveUpAfter
    }

    /// Whether there is a connection.
    var isUp: Bool { if case .up = state { true } else { false } }

    /// The stream is to start.
    mutating func begin(at now: Instant) -> Action {
        guard case .idle = state else { return due(at: now) }
        state = .connecting
        downSince = now
        return .connect
    }

    /// The connection was made.
    mutating func connected(at now: Instant) {
        guard case .connecting = state else { preconditionFailure("a connection nobody asked for") }
        state = .up(since: now)
    }

    /// The connection could not be made, or broke.
    mutating func failed(at now: Instant, using generator: inout some RandomNumberGenerator) -> Action {
        switch state {
        case .connecting: break
        case .up(let since) where now - since >= Self.stable:
            failures = 0
            downSince = now
        case .up(let since): downSince += now - since
        case .idle, .waiting, .over: preconditionFailure("a failure of nothing")
        }
        failures += 1
        var wake = now + Self.delay(afterFailures: failures, using: &generator)
        if let giveUpAfter {
            let end = downSince + giveUpAfter
            guard now < end else {
                state = .over
                return .giveUp
            }
            // The last attempt is made when the time is up, not given up before.
            wake = min(wake, end)
        }
        state = .waiting(until: wake)
        return .wait(until: wake)
    }

    /// Time has passed while waiting.
    mutating func due(at now: Instant) -> Action {
        switch state {
        case .waiting(let until) where now < until: return .wait(until: until)
        case .waiting:
            state = .connecting
            retries = retries == .max ? .max : retries + 1
            return .connect
        case .over: return .giveUp
        case .idle, .connecting, .up: preconditionFailure("only waiting comes to an end")
        }
    }

    private static func delay(afterFailures count: Int, using generator: inout some RandomNumberGenerator) -> Duration {
        let doublings = min(max(0, count - 1), 10)
        let delay = min(longestDelay.inSeconds, firstDelay.inSeconds * Double(1 << doublings))
        return .seconds(min(longestDelay.inSeconds, delay * Double.random(in: 0.75...1.25, using: &generator)))
    }
}
