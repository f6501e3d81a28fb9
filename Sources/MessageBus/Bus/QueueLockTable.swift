import MediaWire

/// The queue locks of one process, for the bus that has no Redis to keep them.
struct QueueLockTable {
    private var expiry: [String: Instant] = [:]
    /// When the expired ones are next looked for, so that not every lock looks at all of them.
    private var sweepAt: Instant?

    /// Takes the lock `key`; false when somebody holds it.
    mutating func take(_ key: String, now: Instant) -> Bool {
        sweep(now: now)
        if let until = expiry[key], now < until { return false }
        expiry[key] = now + .seconds(QueueLock.seconds)
        return true
    }

    private mutating func sweep(now: Instant) {
        guard let sweepAt else { return sweepAt = now + .seconds(QueueLock.seconds) }
        guard sweepAt <= now else { return }
        expiry = expiry.filter { now < $0.value }
        self.sweepAt = now + .seconds(QueueLock.seconds)
    }

    /// How many locks are kept, held or not yet swept.
    var count: Int { expiry.count }
}
