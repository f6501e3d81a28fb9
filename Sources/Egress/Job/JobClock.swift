import FoundationEssentials
import MediaWire

/// Tells the time of day of instants, by one comparison of both clocks: a wall clock that is set later does not bend a
/// recording.
struct JobClock: Sendable {
    private let instant: Instant
    private let unixNanoseconds: Int64

    /// Compares the clocks; `now` is the present.
    init(now: Instant) {
        instant = now
        unixNanoseconds = Int64(Date().timeIntervalSince1970 * 1e9)
    }

    /// The time of day of `instant`, in Unix nanoseconds.
    func unixNanoseconds(of instant: Instant) -> Int64 {
        unixNanoseconds + (instant - self.instant).nanoseconds
    }
}
