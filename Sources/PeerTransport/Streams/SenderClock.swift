import MediaWire

/// Which wall clock time a stream's RTP timestamps stand for, as its sender reports state it.
struct SenderClock {
    private struct Reference {
        var ntp: WallClock
        var timestamp: UInt32
        var at: Instant
    }

    private var given: Reference?
    private var derived: Reference?

    /// The owner's own mapping; it stands from then on.
    mutating func set(ntp: WallClock, timestamp: UInt32, at now: Instant) {
        given = Reference(ntp: ntp, timestamp: timestamp, at: now)
    }

    /// Notes a packet as it is sent: without a mapping of the owner's, the first packet of a frame is taken to be of
    /// that moment.
    mutating func sent(timestamp: UInt32, ntp: @autoclosure () -> WallClock, at now: Instant) {
        guard given == nil, derived?.timestamp != timestamp else { return }
        derived = Reference(ntp: ntp(), timestamp: timestamp, at: now)
    }

    /// Both clocks at `now`, nil before anything is known.
    func read(at now: Instant, clockRate: Int) -> (ntp: WallClock, timestamp: UInt32)? {
        guard let reference = given ?? derived else { return nil }
        let elapsed = now - reference.at
        let nanoseconds = elapsed.nanoseconds
        let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let ticks = seconds &* Int64(clockRate) &+ rest * Int64(clockRate) / 1_000_000_000
        return (reference.ntp + elapsed, reference.timestamp &+ UInt32(truncatingIfNeeded: ticks))
    }
}
