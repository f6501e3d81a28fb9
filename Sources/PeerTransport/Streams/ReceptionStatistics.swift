import MediaWire

/// Counts one received stream for its reports: loss by RFC 3550 A.3, jitter by A.8.
struct ReceptionStatistics {
    let clockRate: Int
    private(set) var received = 0
    private var base: Int64?
    private var highest: Int64 = 0
    private var expectedBefore = 0
    private var receivedBefore = 0
    private var transit: Int32?
    /// In clock units, sixteen times enlarged as in A.8.
    private var scaledJitter: UInt32 = 0

    init(clockRate: Int) { self.clockRate = max(clockRate, 1) }

    /// Packets expected by sequence number less those that came; duplicates were dropped before.
    var lost: Int { base == nil ? 0 : expected - received }
    /// In units of the stream's clock.
    var jitter: UInt32 { scaledJitter >> 4 }
    /// As it goes into a report: number of cycles and 16 bits.
    var extendedHighest: UInt32 { UInt32(truncatingIfNeeded: highest) }

    private var expected: Int { Int(highest - (base ?? highest)) + 1 }

    /// Counts a packet of the stream itself; retransmissions in their own stream are not counted (RFC 4588 §7.1).
    mutating func receive(_ number: Int64, timestamp: UInt32, at arrival: Instant) {
        if base == nil {
            base = number
            highest = number
        }
        received += 1
        // What was overtaken, or sent again on the same source, tells of other things than jitter.
        guard number >= highest else { return }
        highest = number
        let moment = Self.ticks(of: arrival, rate: clockRate)
        let transit = Int32(bitPattern: moment &- timestamp)
        if let previous = self.transit {
            let difference = (transit &- previous).magnitude
            // A clock that jumps (a sender that started over) says nothing about the network.
            if difference < UInt32(clamping: clockRate) {
                scaledJitter = scaledJitter &+ difference &- ((scaledJitter &+ 8) >> 4)
            }
        }
        self.transit = transit
    }

    /// Starts over at a number, as the sender did.
    mutating func restart() { self = ReceptionStatistics(clockRate: clockRate) }

    /// The share lost since the last call, in 1/256, as a report states it.
    mutating func takeFractionLost() -> UInt8 {
        guard base != nil else { return 0 }
        let expectedNow = expected - expectedBefore
        let lostNow = expectedNow - (received - receivedBefore)
        expectedBefore = expected
        receivedBefore = received
        guard expectedNow > 0, lostNow > 0 else { return 0 }
        return UInt8(clamping: lostNow * 256 / expectedNow)
    }

    private static func ticks(of instant: Instant, rate: Int) -> UInt32 {
        let (seconds, rest) = instant.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let rate = Int64(rate)
        return UInt32(truncatingIfNeeded: seconds &* rate &+ rest * rate / 1_000_000_000)
    }
}
