package import MediaWire

/// Makes one running time of a source's, whose clock may jump: at a playlist's discontinuity, at an encoder's restart, and
/// where a lost source comes back.
///
/// Times are nanoseconds. The source's own times are kept until the first jump; from then on they are moved, both kinds alike.
package struct PullTimeline: Sendable {
    /// A sample further ahead of the latest one than this is after a jump.
    static let farthest: Int64 = 10_000_000_000
    /// One further behind the last of its kind is so too; one less far behind is a repetition, and left out.
    static let closest: Int64 = -1_000_000_000
    /// How far after the latest sample the first after a jump is placed: a frame at 30 Hz.
    static let step: Int64 = 33_000_000
    /// No absence is taken for longer than a day.
    static let longestGap: Int64 = 86_400_000_000_000

    private var offset: Int64 = 0
    /// The offset before the last jump: one kind jumps before the other does.
    private var former: Int64 = 0
    private var last: [MediaKind: Int64] = [:]
    private var resume: Int64?

    /// A timeline without samples.
    package init() {}

    /// The latest time given out.
    package var latest: Int64? { last.values.max() }

    /// The source is lost; its next sample comes `gap` after the latest one.
    package mutating func interrupt(gap: Duration) {
        guard let latest else { return }
        resume = latest &+ max(Self.step, min(gap.nanoseconds, Self.longestGap))
    }

    /// By how much the times of a sample with this decoding time are moved; nil if it repeats what was there.
    package mutating func place(_ kind: MediaKind, _ time: Int64) -> Int64? {
        if let start = resume {
            resume = nil
            offset = start &- time
            former = offset
            last = [:]
        }
        let shift = shift(kind, time)
        guard last[kind].map({ time &+ shift > $0 }) ?? true else { return nil }
        last[kind] = time &+ shift
        return shift
    }

    private mutating func shift(_ kind: MediaKind, _ time: Int64) -> Int64 {
        guard let latest else { return offset }
        if fits(kind, time &+ offset, latest) { return offset }
        if fits(kind, time &+ former, latest) { return former }
        former = offset
        offset = latest &+ Self.step &- time
        return offset
    }

    /// Whether a sample can lie here without a jump: not far behind its own kind, and not far ahead of either.
    private func fits(_ kind: MediaKind, _ place: Int64, _ latest: Int64) -> Bool {
        guard place &- latest <= Self.farthest else { return false }
        guard let own = last[kind] else { return place &- latest >= -Self.farthest }
        return place &- own >= Self.closest
    }
}
