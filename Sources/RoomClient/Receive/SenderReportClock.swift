import MediaWire

/// Maps a stream's RTP timestamps to the publisher's wall clock, by its RTCP sender reports (RFC 3550 §6.4.1).
///
/// The last report counts. One that contradicts the mapping by more than a second is believed only when the next
/// agrees with it: a single odd report, as a layer switch can produce, must not tear a recording.
struct SenderReportClock {
    /// How far a report may be off the mapping before it needs a second one.
    static let tolerance = Duration.seconds(1)

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
        if agrees(fresh, with: anchor) || doubted.map({ agrees(fresh, with: $0) }) ?? false {
            self.anchor = fresh
            doubted = nil
        } else {
            doubted = fresh
        }
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
