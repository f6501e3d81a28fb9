import FoundationEssentials
import Glibc
import MediaWire

/// The machine's clocks; for drivers only.
enum MonotonicClock {
    /// The monotonic clock, now.
    static var now: Instant {
        var time = timespec()
        clock_gettime(CLOCK_MONOTONIC, &time)
        return Instant(nanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }

    /// A session's clock that begins now.
    static func sessionClock() -> SessionClock {
        SessionClock(
            origin: now,
            wallClock: WallClock(unixNanoseconds: Int64(Date().timeIntervalSince1970 * 1e9)),
            rtpOrigin: UInt32.random(in: 0...UInt32.max)
        )
    }
}
