import MediaWire

/// Counts what comes in of one kind, for the averages of a report.
struct StreamMeter: Sendable, Hashable {
    /// What came in a second, on average.
    struct Averages: Sendable, Hashable {
        /// Bits a second.
        var bitrate = 0
        /// Samples of the stream a second: frames of a picture's.
        var samplesPerSecond = 0.0
    }

    /// Less time than this says nothing.
    private static let shortestPeriod = Duration.milliseconds(200)

    private var start: Instant?
    private var bytes: Int64 = 0
    private var samples: Int64 = 0
    private var last = Averages()

    /// Takes in a sample that came at `now`.
    mutating func add(bytes count: Int, at now: Instant) {
        if start == nil { start = now }
        bytes += Int64(count)
        samples += 1
    }

    /// The averages since the last time the count was begun anew; those of the last period while there are none.
    func averages(at now: Instant) -> Averages {
        guard let start, now - start >= Self.shortestPeriod else { return last }
        let seconds = (now - start).inSeconds
        return Averages(
            bitrate: Int((Double(bytes) * 8 / seconds).rounded()),
            samplesPerSecond: Double(samples) / seconds
        )
    }

    /// Begins the count anew.
    mutating func restart(at now: Instant) {
        last = averages(at: now)
        start = now
        bytes = 0
        samples = 0
    }
}
