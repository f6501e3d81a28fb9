import MediaWire

/// Maps a stream's RTP timestamps to the publisher's wall clock, by its RTCP sender reports (RFC 3550 §6.4.1).
///
/// libwebrtc counts a report's timestamp from when it sent its last sound, which is late by as much as its threads are. So
/// of reports that are a little apart the earliest counts: one that maps to an earlier time is followed at once, one that maps
/// to a later time only as fast as clocks drift apart. One that is off by more is a correction, and followed at once as well. One
/// that contradicts the mapping by more than a second is believed only when the next agrees with it: a single odd report, as
/// a layer switch can produce, must not tear a recording.
struct SenderReportClock {
    /// How far a report may be off the mapping before it needs a second one.
    static let tolerance = Duration.seconds(1)
    /// Reports that are later than the mapping by no more than this are taken for late threads.
    static let noise = Duration.milliseconds(100)
    /// How fast the mapping follows those: 500 millionths of the time, several times what crystals are off.
    static let driftDivisor: Int64 = 2_000

    private struct Anchor {
        var wall: WallClock
        /// Extended RTP timestamp.
        var timestamp: Int64
    }

    private let clockRate: Int64
    private var anchor: Anchor?
    private var doubted: Anchor?

    init(clockRate: Int) {
        precondition(clockRate > 0)
        self.clockRate = Int64(clockRate)
    }

    /// A sender report arrived; its timestamp is extended in the same way as the packets'.
    mutating func report(wall: WallClock, timestamp: Int64) {
        let fresh = Anchor(wall: wall, timestamp: timestamp)
        guard let anchor else {
            self.anchor = fresh
            return
        }
        if agrees(fresh, with: anchor) {
            self.anchor = followed(fresh, from: anchor)
            doubted = nil
        } else if let doubted, agrees(fresh, with: doubted) {
            self.anchor = fresh
            self.doubted = nil
        } else {
            doubted = fresh
        }
    }

    /// Where the mapping goes with a report that agrees with it.
    private func followed(_ fresh: Anchor, from anchor: Anchor) -> Anchor {
        let elapsed = duration(of: fresh.timestamp - anchor.timestamp)
        let expected = anchor.wall + elapsed
        let lateness = fresh.wall - expected
        guard lateness > .zero, lateness <= Self.noise else { return fresh }
        let drift = Duration.nanoseconds(max(0, elapsed.nanoseconds / Self.driftDivisor))
        return Anchor(wall: expected + min(lateness, drift), timestamp: fresh.timestamp)
    }

    /// When the picture or sound of this extended timestamp was captured; nil before the first report.
    func wallClock(of timestamp: Int64) -> WallClock? {
        anchor.map { $0.wall + duration(of: timestamp - $0.timestamp) }
    }

    private func agrees(_ a: Anchor, with b: Anchor) -> Bool {
        let expected = b.wall + duration(of: a.timestamp - b.timestamp)
        let difference = a.wall.unixNanoseconds &- expected.unixNanoseconds
        return abs(max(difference, -Int64.max)) <= Self.tolerance.nanoseconds
    }

    /// Whole seconds apart from the rest, so that no product overflows within a session of any length.
    private func duration(of units: Int64) -> Duration {
        .seconds(units / clockRate) + .nanoseconds((units % clockRate) * 1_000_000_000 / clockRate)
    }
}
