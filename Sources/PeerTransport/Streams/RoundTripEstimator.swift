import MediaWire

/// Smooths round trips as TCP does (RFC 6298 §2).
struct RoundTripEstimator {
    /// Longer ones are clock faults of the peer, not round trips.
    private static let limit = Duration.seconds(10)

    private(set) var smoothed: Duration?

    /// Takes in a measurement and says whether it was credible.
    mutating func measured(_ roundTrip: Duration) -> Bool {
        guard roundTrip >= .zero, roundTrip < Self.limit else { return false }
        smoothed = smoothed.map { ($0 * 7 + roundTrip) / 8 } ?? roundTrip
        return true
    }

    /// The round trip that a report block tells of: now less the report it answers less the time it was held (RFC 3550
    /// §6.4.1), all in 1/65536 s.
    ///
    /// Nil when it answers none.
    static func roundTrip(now: WallClock, lastReport: UInt32, delay: UInt32) -> Duration? {
        guard lastReport != 0 else { return nil }
        let units = Int32(bitPattern: now.compact &- lastReport &- delay)
        // A clock read slightly early makes it a hair negative.
        guard units > -655 else { return nil }
        return .nanoseconds(Int64(max(units, 0)) * 1_000_000_000 / 65_536)
    }
}
