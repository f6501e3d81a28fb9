import MediaWire

/// Measures the bits and samples of a stream between two looks.
struct WHIPInputMeter {
    private var bytes = 0
    private var samples = 0
    private var since: Instant

    init(at now: Instant) { since = now }

    /// Counts a sample.
    mutating func count(bytes: Int) {
        self.bytes += bytes
        samples += 1
    }

    /// The averages since the last look, which begins the next interval.
    mutating func take(at now: Instant) -> (bitrate: Double, rate: Double) {
        let seconds = (now - since).inSeconds
        defer { (bytes, samples, since) = (0, 0, now) }
        guard seconds > 0 else { return (0, 0) }
        return (Double(bytes) * 8 / seconds, Double(samples) / seconds)
    }
}
