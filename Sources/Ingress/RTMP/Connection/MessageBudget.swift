internal import MediaWire

/// How many messages other than media a peer may send: a token bucket.
struct MessageBudget {
    /// As many as may come at once.
    static let burst = 500.0
    /// As many as may come for long; some encoders send a time code with each of 60 frames a second.
    static let perSecond = 100.0

    private var tokens = MessageBudget.burst
    private var updatedAt: Instant

    init(at now: Instant) {
        updatedAt = now
    }

    /// Takes one message; false if it is one too many.
    mutating func spend(at now: Instant) -> Bool {
        tokens = min(Self.burst, tokens + max(0, (now - updatedAt).inSeconds) * Self.perSecond)
        updatedAt = max(updatedAt, now)
        guard tokens >= 1 else { return false }
        tokens -= 1
        return true
    }
}
