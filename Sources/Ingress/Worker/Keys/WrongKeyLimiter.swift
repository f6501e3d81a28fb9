import MediaWire

/// Holds back who shows stream keys that nobody has: each is a question to the room servers.
///
/// A token bucket an address (IPv6: a /64). Each question takes a token, which comes back with a right key; whoever has
/// none left has to wait. A key that was right lately is asked about from everywhere and at any time, so that a publisher
/// that comes back does not suffer from others at its address, such as all those behind one proxy. Addresses for which
/// there is no place any more share one bucket.
struct WrongKeyLimiter {
    /// As many wrong keys may come at once; no more publishers of one address can be waiting to be let in
    /// (`RTMPListenerConfiguration.pendingConnectionsPerAddress`, `WHIPLimits.sessionsInSetup`), so that none with right
    /// keys ever wait.
    static let burst = 64.0
    /// As many may come for long: an encoder that tries once a second is always told that its key is wrong.
    static let perSecond = 1.0
    /// Addresses whose buckets are not full.
    static let maximumAddresses = 4096
    /// Right keys that are kept in mind.
    static let maximumKeys = 4096
    /// How long they are.
    static let keyMemory = Duration.seconds(24 * 60 * 60)

    private struct Bucket {
        var tokens = WrongKeyLimiter.burst
        var updatedAt: Instant

        mutating func fill(at now: Instant) {
            tokens = min(burst, tokens + max(0, (now - updatedAt).inSeconds) * perSecond)
            updatedAt = max(updatedAt, now)
        }
    }

    private var buckets: [IPAddress: Bucket] = [:]
    private var shared: Bucket
    /// Right keys, and when they were last.
    private var keys: [String: Instant] = [:]

    /// A limiter that has seen nobody.
    init(at now: Instant) {
        shared = Bucket(updatedAt: now)
    }

    /// How long `address` has to wait before it may show this key; nil if it may now, and then the answer has to be told.
    mutating func ask(_ key: String, from address: IPAddress?, at now: Instant) -> Duration? {
        let isKnown = keys[key].map { now - $0 < Self.keyMemory } ?? false
        return change(address, at: now) { bucket in
            guard isKnown || bucket.tokens >= 1 else { return .seconds((1 - bucket.tokens) / Self.perSecond) }
            bucket.tokens -= 1
            return nil
        }
    }

    /// The key is that of somebody.
    mutating func isRight(_ key: String, from address: IPAddress?, at now: Instant) {
        noAnswer(from: address, at: now)
        if keys[key] == nil, keys.count >= Self.maximumKeys {
            keys = keys.filter { now - $0.value < Self.keyMemory }
            let oldest = keys.count >= Self.maximumKeys ? keys.min { $0.value < $1.value } : nil
            if let oldest { keys[oldest.key] = nil }
        }
        keys[key] = now
    }

    /// The key is nobody's, or nobody's any more.
    mutating func isWrong(_ key: String) {
        keys[key] = nil
    }

    /// It could not be found out whose the key is: nobody is blamed.
    mutating func noAnswer(from address: IPAddress?, at now: Instant) {
        change(address, at: now) { $0.tokens = min(Self.burst, $0.tokens + 1) }
    }

    /// Addresses that are kept in mind.
    var addressCount: Int { buckets.count }
    /// Keys that are kept in mind.
    var keyCount: Int { keys.count }

    private mutating func change<T>(_ address: IPAddress?, at now: Instant, _ body: (inout Bucket) -> T) -> T {
        guard let network = address?.network, hasPlace(for: network, at: now) else {
            shared.fill(at: now)
            return body(&shared)
        }
        var bucket = buckets[network] ?? Bucket(updatedAt: now)
        bucket.fill(at: now)
        let result = body(&bucket)
        // One that is full says no more than one that is not there.
        buckets[network] = bucket.tokens < Self.burst ? bucket : nil
        return result
    }

    private mutating func hasPlace(for network: IPAddress, at now: Instant) -> Bool {
        if buckets[network] != nil || buckets.count < Self.maximumAddresses { return true }
        buckets = buckets.filter { entry in
            var bucket = entry.value
            bucket.fill(at: now)
            return bucket.tokens < Self.burst
        }
        return buckets.count < Self.maximumAddresses
    }
}
