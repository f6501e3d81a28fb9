/// The waits between attempts to reconnect: 100 ms, doubling up to a second.
struct Backoff {
    /// The first wait.
    static let first = Duration.milliseconds(100)
    /// The longest wait.
    static let longest = Duration.seconds(1)

    private var current = first

    /// The next wait.
    mutating func next() -> Duration {
        defer { current = min(current * 2, Self.longest) }
        return current
    }

    /// An attempt succeeded.
    mutating func reset() { current = Self.first }
}
