/// A time on a codec's or container's clock: `value` ticks of 1/`timescale` second.
///
/// Times of different timescales compare by what they mean: 1/2 equals 2/4.
public struct MediaTime: Sendable {
    /// The number of ticks.
    public var value: Int64
    /// Ticks in a second, at least one.
    public var timescale: Int32

    /// The time of `value` ticks of 1/`timescale` second.
    public init(value: Int64, timescale: Int32) {
        precondition(timescale > 0, "a timescale is at least one tick a second")
        self.value = value
        self.timescale = timescale
    }

    /// The same time in ticks of 1/`timescale` second, to the nearest tick, halves away from zero.
    public func rescaled(to timescale: Int32) -> MediaTime {
        MediaTime(value: Self.convert(value, from: Int64(self.timescale), to: Int64(timescale)), timescale: timescale)
    }

    /// This time in seconds.
    public var seconds: Double { Double(value) / Double(timescale) }

    /// This time in nanoseconds, to the nearest, clamped to what 64 bits hold.
    public var nanoseconds: Int64 { Self.convert(value, from: Int64(timescale), to: 1_000_000_000) }

    private static func convert(_ value: Int64, from: Int64, to: Int64) -> Int64 {
        let scaled = Int128(value) * Int128(to)
        let half = Int128(from / 2)
        return Int64(clamping: (scaled + (scaled < 0 ? -half : half)) / Int128(from))
    }
}

extension MediaTime: Hashable, Comparable {
    /// Whether both are the same time.
    public static func == (left: MediaTime, right: MediaTime) -> Bool {
        Int128(left.value) * Int128(right.timescale) == Int128(right.value) * Int128(left.timescale)
    }

    /// Whether `left` is before `right`.
    public static func < (left: MediaTime, right: MediaTime) -> Bool {
        Int128(left.value) * Int128(right.timescale) < Int128(right.value) * Int128(left.timescale)
    }

    /// Feeds the time as a fraction in its lowest terms.
    public func hash(into hasher: inout Hasher) {
        var (divisor, rest) = (value.magnitude, UInt64(timescale))
        while rest != 0 { (divisor, rest) = (rest, divisor % rest) }
        hasher.combine(value.magnitude / divisor)
        hasher.combine(UInt64(timescale) / divisor)
        hasher.combine(value < 0)
    }
}
