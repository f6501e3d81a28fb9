package import MediaWire

/// Keeps a signal connection alive and notices when it is dead.
///
/// Every interval a ping is due; any message from the server is a sign of life. Values a server announces are held to
/// sane bounds: zero would mean "ping without pause" or "dead at once".
package struct SignalLiveness: Sendable {
    /// Time between pings.
    package let interval: Duration
    /// Silence after which the connection counts as dead.
    package let timeout: Duration

    private var lastReceived: Instant
    private var nextPing: Instant
    private var pingSent: Instant?
    /// Last measured round trip.
    package private(set) var roundTrip: Duration?

    /// Starts with the intervals a server announced, in seconds.
    package init(intervalSeconds: Int32, timeoutSeconds: Int32, at now: Instant) {
        interval = .seconds(intervalSeconds <= 0 ? 5 : min(Int64(intervalSeconds), 60))
        let announced = Duration.seconds(timeoutSeconds <= 0 ? 15 : min(Int64(timeoutSeconds), 300))
        timeout = max(announced, interval * 2)
        lastReceived = now
        nextPing = now + interval
    }

    /// Something arrived.
    package mutating func received(at now: Instant) { lastReceived = now }

    /// The answer to the last ping arrived.
    package mutating func ponged(at now: Instant) {
        if let sent = pingSent { roundTrip = now - sent }
        pingSent = nil
    }

    /// Whether the connection has been silent for too long.
    package func isDead(at now: Instant) -> Bool { now >= lastReceived + timeout }

    /// Whether a ping is due; says so once an interval.
    package mutating func pingIsDue(at now: Instant) -> Bool {
        guard now >= nextPing else { return false }
        nextPing = now + interval
        pingSent = now
        return true
    }

    /// When to look again.
    package var nextDeadline: Instant { min(nextPing, lastReceived + timeout) }
}
