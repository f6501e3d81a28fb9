internal import MediaWire

/// Makes times that never run backwards of a publisher's 32-bit milliseconds.
///
/// * They wrap after 49.7 days, and go on.
/// * A step back by less than ``leap`` is a frame out of its order or two at one time: it comes a tick after the one before.
/// * A leap back by more, or forward by more than ``gap``, is an encoder that set its clock anew: time goes on where it
///   was. Sound and pictures leap one after the other, and meet again on the new clock.
struct MediaTimeline {
    /// Milliseconds back that are no disorder any more.
    static let leap: Int64 = 1_000
    /// Milliseconds forward, from the newest of all, that are no pause any more.
    static let gap: Int64 = 30_000

    /// One stream.
    private struct Stream {
        /// What its unwrapped timestamps lack to the times given.
        var offset: Int64 = 0
        /// The last time given.
        var last: Int64?
    }

    private var audio = Stream()
    private var video = Stream()
    /// The last timestamp of any stream, unwrapped.
    private var lastRaw: Int64?
    /// The newest offset of any stream.
    private var offset: Int64 = 0
    /// The newest time given.
    private var newest: Int64?

    /// The time of a frame, in milliseconds, later than all before of its kind.
    mutating func time(_ timestamp: UInt32, of kind: MediaKind) -> Int64 {
        let raw = unwrap(timestamp)
        var stream = kind == .audio ? audio : video
        let time = advance(&stream, raw)
        if kind == .audio { audio = stream } else { video = stream }
        newest = max(newest ?? time, time)
        return time
    }

    private mutating func unwrap(_ timestamp: UInt32) -> Int64 {
        let raw =
            lastRaw.map { $0 + Int64(Int32(truncatingIfNeeded: Int64(timestamp) - $0)) } ?? Int64(timestamp)
        lastRaw = raw
        return raw
    }

    private mutating func advance(_ stream: inout Stream, _ raw: Int64) -> Int64 {
        guard let reference = newest else {
            stream.last = raw + stream.offset
            return raw + stream.offset
        }
        // One that begins goes by the newest clock, and may begin behind or ahead of the other.
        let last = stream.last ?? reference - Self.gap
        if stream.last == nil { stream.offset = offset }
        if !isContinuous(raw + stream.offset, last, reference) {
            // Perhaps the other stream has leapt already.
            if !isContinuous(raw + offset, last, reference) { offset = reference - raw }
            stream.offset = offset
        }
        let time = max(raw + stream.offset, stream.last.map { $0 + 1 } ?? .min)
        stream.last = time
        return time
    }

    private func isContinuous(_ time: Int64, _ last: Int64, _ newest: Int64) -> Bool {
        time > last - Self.leap && time < newest + Self.gap
    }
}
