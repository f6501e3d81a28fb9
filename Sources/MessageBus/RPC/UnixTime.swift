import FoundationEssentials
import MediaWire

/// The time of day, which the bus has in its messages in nanoseconds since 1970.
enum UnixTime {
    static var now: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }

    /// The latest expiry that is believed: no call of LiveKit's services takes longer than a minute, and a server that
    /// closes waits for the offers it has made.
    static let maximumPatience = Duration.seconds(300)

    /// The monotonic instant of a time of day.
    static func instant(of nanoseconds: Int64, unixNow: Int64, now: Instant) -> Instant {
        let (remaining, overflow) = nanoseconds.subtractingReportingOverflow(unixNow)
        guard !overflow else { return nanoseconds < unixNow ? now : now + maximumPatience }
        return now + min(.nanoseconds(remaining), maximumPatience)
    }

    /// The time of day after a duration.
    static func after(_ duration: Duration, unixNow: Int64) -> Int64 {
        let (sum, overflow) = unixNow.addingReportingOverflow(duration.nanoseconds)
        return overflow ? .max : sum
    }
}
