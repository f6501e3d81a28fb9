package import MediaWire

/// When a live source that is lost is tried again, and when it is given up.
///
/// The wait doubles from half a second to eight, with up to a quarter more at random. It is over when the source has been away
/// for `absence`. A connection counts as back once it has lasted: one that breaks at once only moves the end by its own length.
package struct PullRetry: Sendable {
    static let firstDelay = Duration.milliseconds(500)
    static let longestDelay = Duration.seconds(8)
    /// A connection that has lasted so long was a good one.
    static let stable = Duration.seconds(10)

    private let absence: Duration
    private var awaySince: Instant
    private var upSince: Instant?
    private var failures = 0

    /// Nothing is connected yet.
    package init(absence: Duration, at now: Instant) {
        self.absence = absence
        awaySince = now
    }

    /// The source's first sample came.
    package mutating func connected(at now: Instant) {
        if upSince == nil { upSince = now }
    }

    /// The source could not be opened, or broke: how long to wait before trying again; nil to give up.
    package mutating func failed(
        at now: Instant,
        using generator: inout some RandomNumberGenerator
    ) -> Duration? {
        if let upSince {
            if now - upSince >= Self.stable {
                failures = 0
                awaySince = now
            } else {
                awaySince += now - upSince
            }
        }
        upSince = nil
        let left = awaySince + absence - now
        guard left > .zero else { return nil }
        let delay = min(Self.longestDelay, Self.firstDelay * (1 << min(failures, 10)))
        failures += 1
        // The last attempt is made when the time is up, not given up before.
        return min(left, delay * Double.random(in: 1...1.25, using: &generator))
    }
}
