import MediaWire

/// The smallest value of the last ten to twenty seconds.
///
/// The window lets the minimum rise again when clocks drift apart or the way becomes longer.
struct WindowedMinimum {
    private static let window = Duration.seconds(10)

    private var current: Int64?
    private var previous: Int64?
    private var startedAt = Instant(nanoseconds: 0)

    /// The smallest value; nil before the first.
    var value: Int64? {
        guard let current else { return previous }
        return previous.map { min($0, current) } ?? current
    }

    /// Takes in a value seen at `now`.
    mutating func observe(_ value: Int64, at now: Instant) {
        if current == nil, previous == nil { startedAt = now }
        if now - startedAt >= Self.window {
            previous = current
            current = nil
            startedAt = now
        }
        current = current.map { min($0, value) } ?? value
    }
}
