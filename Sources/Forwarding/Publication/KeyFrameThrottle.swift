package import MediaWire

/// Spares a publisher's encoder: key frames of one layer are asked for at most once an interval.
///
/// A request that comes too early is kept and made when the interval is over, unless a key frame has come by itself. One
/// that is not answered was lost, or the key frame was: it may be made again sooner.
package struct KeyFrameThrottle: Sendable {
    /// How long an answer may take: a long round trip, and the 300 ms in which libwebrtc makes no second key frame.
    private static let answerTime = Duration.milliseconds(500)

    private let interval: Duration
    private var lastRequest: Instant?
    private var isPending = false
    /// Whether a key frame has come since the last request.
    private var isAnswered = false

    /// Intervals by layer: key frames of small pictures are cheap (`rtc.pli_throttle` of the configuration).
    package static func interval(layer: Int) -> Duration {
        layer == 0 ? .milliseconds(500) : .seconds(1)
    }

    /// No request made yet.
    package init(interval: Duration) {
        self.interval = interval
    }

    /// Somebody needs a key frame; returns whether to ask the publisher now.
    package mutating func request(at now: Instant) -> Bool {
        isPending = true
        return poll(at: now)
    }

    /// Returns whether a kept request is due.
    package mutating func poll(at now: Instant) -> Bool {
        guard isPending else { return false }
        let spacing = isAnswered ? interval : min(interval, Self.answerTime)
        if let lastRequest, now - lastRequest < spacing { return false }
        isPending = false
        isAnswered = false
        lastRequest = now
        return true
    }

    /// A key frame has come: what was asked for is there.
    package mutating func receivedKeyFrame() {
        isPending = false
        isAnswered = true
    }
}
