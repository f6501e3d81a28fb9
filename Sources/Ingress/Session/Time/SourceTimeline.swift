import MediaWire

/// Places what a source sends on the session's clock.
///
/// The streams of a source share a clock of theirs, which begins anywhere. The first sample is placed where the session
/// stands, and the distance between the clocks found there holds for all that follows: sound and picture stay in step as the
/// publisher made them, whatever the network does with their arrival. The source's clock is thus the session's; its drift is a
/// matter of the receivers, who have to deal with it for every sender.
///
/// The distance changes only when it has to:
/// * A live source that is more than `longestLead` ahead began with a burst of old media (a relay's cache of a group of
///   pictures). It is pulled back to the present, and what would repeat passed times is left out: better than a second of
///   delay for the rest of the session.
/// * A stream whose times jump, forth beyond `longestStep` or back, has a new clock. If the other stream has jumped before,
///   its new distance is tried first; otherwise the stream goes on right behind what was placed last. A pause, in which the
///   time of the source went on as long as ours, is no jump.
/// * A file that falls more than `longestLag` behind (its server was slow) is placed later from there on.
/// * A source that comes back after a loss has a clock of its own, behind what was shown in the meantime.
///
/// Times are those of decoding, which rise; a picture's time of showing is moved along. Reordering adds no delay of ours.
struct SourceTimeline: Sendable {
    /// How far a live source may be ahead of the present.
    static let longestLead = Duration.milliseconds(500)
    /// How far a file may fall behind the present.
    static let longestLag = Duration.milliseconds(500)
    /// The longest step from one sample to the next that is taken for granted.
    static let longestStep = Duration.seconds(5)
    /// The longest step back that is taken for granted: containers round, and muxers order loosely.
    static let longestStepBack = Duration.milliseconds(500)
    /// How far behind the present a stream may be after a pause; beyond it, its times have jumped.
    static let longestLateness = Duration.seconds(2)

    private struct Stream {
        /// Session time minus source time, in nanoseconds.
        var offset: Int64
        /// The last time of decoding on the source's clock.
        var last: Int64
    }

    private let isPaced: Bool
    private var streams: [MediaKind: Stream] = [:]
    /// The distance found last; what a stream without one takes.
    private var newestOffset: Int64?
    /// The latest time given to anything.
    private var latest: Instant?

    /// - Parameter isPaced: whether samples wait for their time, as those of files do, rather than come at it.
    init(isPaced: Bool) {
        self.isPaced = isPaced
    }

    /// When a sample is to be decoded on the session's clock.
    mutating func place(_ kind: MediaKind, decodeTime: MediaTime, at now: Instant) -> Instant {
        let source = decodeTime.nanoseconds
        let continuing = continuing(kind, source: source, at: now)
        var offset = continuing ?? joining(source: source, at: now)
        if continuing == nil { newestOffset = offset }
        let lead = Instant(nanoseconds: source &+ offset) - now
        if isPaced ? lead < .zero - Self.longestLag : lead > Self.longestLead {
            shift(offset, by: -lead.nanoseconds)
            offset &-= lead.nanoseconds
        }
        streams[kind] = Stream(offset: offset, last: source)
        let time = Instant(nanoseconds: source &+ offset)
        latest = max(latest ?? time, time)
        return time
    }

    /// Something of ours was shown or heard at `time`: what a source sends next goes behind it.
    mutating func filled(until time: Instant) {
        latest = max(latest ?? time, time)
    }

    /// What follows is on a clock of its own.
    mutating func restart() {
        streams = [:]
        newestOffset = nil
    }

    /// The distance of a stream that goes on; nil if it is new or its times have jumped.
    private func continuing(_ kind: MediaKind, source: Int64, at now: Instant) -> Int64? {
        guard let stream = streams[kind] else { return nil }
        let step = Duration.nanoseconds(source &- stream.last)
        let lead = Instant(nanoseconds: source &+ stream.offset) - now
        let isStep = step >= .zero - Self.longestStepBack && step <= Self.longestStep
        return isStep || (!isPaced && isPlausible(lead)) ? stream.offset : nil
    }

    /// The distance for a stream that has none: the other stream's if that makes sense, else a new one.
    private func joining(source: Int64, at now: Instant) -> Int64 {
        if let newestOffset {
            let lead = Instant(nanoseconds: source &+ newestOffset) - now
            // Files have samples of the same moment up to seconds apart.
            let isNear = isPaced ? lead <= Self.longestStep && lead >= .zero - Self.longestStep : isPlausible(lead)
            if isNear { return newestOffset }
        }
        return max(now, latest.map { $0 + Self.shortestGap } ?? now).nanoseconds &- source
    }

    /// Moves all streams that stand together.
    private mutating func shift(_ offset: Int64, by difference: Int64) {
        for (kind, stream) in streams where stream.offset == offset {
            streams[kind]?.offset = stream.offset &+ difference
        }
        if newestOffset == offset { newestOffset = offset &+ difference }
    }

    /// What a new clock leaves free behind what was shown last: less than a picture, more than rounding.
    private static let shortestGap = Duration.milliseconds(10)

    private func isPlausible(_ lead: Duration) -> Bool {
        lead <= Self.longestLead && lead >= .zero - Self.longestLateness
    }
}
