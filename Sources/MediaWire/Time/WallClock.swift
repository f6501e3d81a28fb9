/// A time of day in the 64-bit NTP format of RTCP: seconds since 1900 in 32.32 fixed point (RFC 3550 §4).
public struct WallClock: Sendable, Hashable, Comparable {
    /// Seconds since 1 January 1900, 32 bits before the point and 32 after it.
    public var ntp: UInt64

    /// Seconds from 1 January 1900 to 1 January 1970 (RFC 868).
    private static let unixEpochInNTPSeconds: Int64 = 2_208_988_800

    /// The time with this NTP timestamp.
    public init(ntp: UInt64) {
        self.ntp = ntp
    }

    /// The time `unixNanoseconds` after 1 January 1970.
    public init(unixNanoseconds: Int64) {
        let (quotient, remainder) = unixNanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        let seconds = remainder < 0 ? quotient - 1 : quotient
        let nanoseconds = remainder < 0 ? remainder + 1_000_000_000 : remainder
        // Rounded up, so that a time read back has the nanosecond it was made from.
        let fraction = ((UInt64(nanoseconds) << 32) + 999_999_999) / 1_000_000_000
        let whole = UInt64(UInt32(truncatingIfNeeded: seconds &+ Self.unixEpochInNTPSeconds))
        self.ntp = whole << 32 | fraction
    }

    /// Nanoseconds since 1 January 1970.
    public var unixNanoseconds: Int64 {
        let seconds = Int64(ntp >> 32) - Self.unixEpochInNTPSeconds
        let nanoseconds = ((ntp & 0xFFFF_FFFF) * 1_000_000_000) >> 32
        return seconds * 1_000_000_000 + Int64(nanoseconds)
    }

    /// The middle 32 bits, which report blocks echo as LSR and LRR (RFC 3550 §6.4.1), in units of 1/65536 s.
    public var compact: UInt32 { UInt32(truncatingIfNeeded: ntp >> 16) }

    /// Whether `left` is before `right`.
    public static func < (left: WallClock, right: WallClock) -> Bool {
        left.ntp < right.ntp
    }

    /// The time `duration` later.
    public static func + (time: WallClock, duration: Duration) -> WallClock {
        WallClock(ntp: time.ntp &+ UInt64(bitPattern: fixedPoint(duration)))
    }

    /// The time `duration` earlier.
    public static func - (time: WallClock, duration: Duration) -> WallClock {
        WallClock(ntp: time.ntp &- UInt64(bitPattern: fixedPoint(duration)))
    }

    /// The time from `right` to `left`.
    public static func - (left: WallClock, right: WallClock) -> Duration {
        let difference = Int64(bitPattern: left.ntp &- right.ntp)
        let nanoseconds = (Int128(difference) * 1_000_000_000) >> 32
        return .nanoseconds(Int64(truncatingIfNeeded: nanoseconds))
    }

    private static func fixedPoint(_ duration: Duration) -> Int64 {
        // A nanosecond is 4.29 units: rounding to the nearest keeps sums exact to the nanosecond.
        let scaled = (Int128(duration.nanoseconds) << 32) + 500_000_000
        let (quotient, remainder) = scaled.quotientAndRemainder(dividingBy: 1_000_000_000)
        return Int64(truncatingIfNeeded: remainder < 0 ? quotient - 1 : quotient)
    }
}
