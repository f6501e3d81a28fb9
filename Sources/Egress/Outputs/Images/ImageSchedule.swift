/// Says which pictures become images: the first, and then the first after each interval.
struct ImageSchedule {
    private let interval: Double
    private var next: Double?

    /// Images every `interval` seconds.
    init(interval: Double) {
        precondition(interval > 0, "images come one after the other")
        self.interval = interval
    }

    /// Whether the picture shown at `seconds` is one; times rise.
    mutating func takes(_ seconds: Double) -> Bool {
        // A millisecond of mercy for times that are sums of frame durations.
        guard let next else {
            next = seconds + interval
            return true
        }
        guard seconds >= next - 0.001 else { return false }
        // On the same grid, however late the picture was.
        self.next = next + interval * (((seconds - next + 0.001) / interval).rounded(.down) + 1)
        return true
    }
}
