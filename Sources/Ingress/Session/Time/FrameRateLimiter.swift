import MediaWire

/// Lets through no more pictures than asked for, by their times; never adds one.
///
/// Places in time are given away one interval after the other, and a picture takes the next place when it comes no more than a
/// quarter of an interval before it: enough for times that jitter, too little for a faster source to gain pictures. Places
/// that were not taken are lost, so that a source that pauses makes no burst.
struct FrameRateLimiter: Sendable {
    private let interval: Duration
    private var due: Instant?

    /// At most so many pictures a second; nothing positive means no limit but 1000 a second.
    init(framesPerSecond: Double) {
        let rate = framesPerSecond.isFinite && framesPerSecond > 0 ? min(framesPerSecond, 1_000) : 1_000
        interval = .nanoseconds(Int64((1e9 / rate).rounded()))
    }

    /// Whether the picture shown at `time` is one of those that stay.
    mutating func admits(_ time: Instant) -> Bool {
        guard let due else {
            self.due = time + interval
            return true
        }
        // A clock that was set back starts anew.
        if time + interval * 2 < due {
            self.due = time + interval
            return true
        }
        guard time >= due - interval / 4 else { return false }
        self.due = (time - due > interval ? time : due) + interval
        return true
    }
}
