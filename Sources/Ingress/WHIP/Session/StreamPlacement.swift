import MediaWire

/// Places the samples of one stream on the timeline that all streams and all connections of a publisher share.
///
/// The spacing of a stream's own timestamps is kept: only their origin is found, from the first sample's captured time.
/// It is found again when the first sender report is known, and when the stream has left its captured times by more
/// than `tolerance`. Places rise from sample to sample whatever happens.
struct StreamPlacement {
    /// How far a stream may be off its captured times: half of what people notice between sound and picture.
    static let tolerance = Duration.milliseconds(40)
    /// The same while only arrivals tell, which jitter.
    static let unreportedTolerance = Duration.seconds(1)

    private let clockRate: Int64
    /// Added to a timestamp to get its place.
    private var offset: Int64?
    private var isReported = false
    private var last: Int64?

    init(clockRate: Int) {
        precondition(clockRate > 0)
        self.clockRate = Int64(clockRate)
    }

    /// The place of a sample in ticks of the stream's clock since `origin`.
    mutating func place(timestamp: Int64, captured: Instant, isReported: Bool, origin: Instant) -> Int64 {
        let target = ticks(captured - origin)
        let tolerance = ticks(isReported ? Self.tolerance : Self.unreportedTolerance)
        let isFirstReport = isReported && !self.isReported
        if let offset, !isFirstReport, abs(timestamp &+ offset &- target) <= tolerance {
            return rising(timestamp &+ offset)
        }
        offset = target &- timestamp
        self.isReported = self.isReported || isReported
        return rising(target)
    }

    private mutating func rising(_ place: Int64) -> Int64 {
        let next = last.map { max($0 + 1, place) } ?? place
        last = next
        return next
    }

    private func ticks(_ duration: Duration) -> Int64 {
        // Seconds apart from the rest, so that nothing overflows in a session of any length.
        let nanoseconds = duration.nanoseconds
        return nanoseconds / 1_000_000_000 * clockRate + nanoseconds % 1_000_000_000 * clockRate / 1_000_000_000
    }
}
