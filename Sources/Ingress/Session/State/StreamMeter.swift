import MediaWire

/// Counts what comes in of one kind, for the averages of a report.
///
/// What comes in a burst (what waited while the session started, or what a server sends ahead) lasts as long as its own times
/// say: an average is taken over the longer of that and the time that has passed.
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

    /// A step of the source's clock beyond this is a jump, and no time.
    private static let longestStep = Duration.seconds(1)

    private var start: Instant?
    /// The source's time of the latest sample.
    private var latest = Duration.zero
    /// How long what came lasts by the source's own times.
    private var length = Duration.zero
    private var bytes: Int64 = 0
    private var samples: Int64 = 0
    private var last = Averages()

    /// Takes in a sample that came at `now`, of the source's time `time`; the first one begins the count and is not in it.
    mutating func add(bytes count: Int, of time: Duration, at now: Instant) {
        defer { latest = time }
        guard start != nil else {
            start = now
            return
        }
        let step = time - latest
        if step > .zero, step <= Self.longestStep { length += step }
        bytes += Int64(count)
        samples += 1
    }

    /// The averages since the last time the count was begun anew; those of the last period while there are none.
    func averages(at now: Instant) -> Averages {
        guard let start, now - start >= Self.shortestPeriod else { return last }
        let seconds = max(now - start, length).inSeconds
        return Averages(
            bitrate: Int((Double(bytes) * 8 / seconds).rounded()),
            samplesPerSecond: Double(samples) / seconds
        )
    }

    /// Begins the count anew.
    mutating func restart(at now: Instant) {
        last = averages(at: now)
        start = now
        length = .zero
        bytes = 0
        samples = 0
    }
}
