import MediaWire

/// Decides when to ask a publisher for a key frame.
///
/// While one is wanted: every 200 ms until the first key frame of the track has come, so that a recording starts soon;
/// after ten unanswered requests, and after the first key frame, every 500 ms. By then the request or the key frame was
/// lost, and asking any sooner costs all subscribers of the track another large picture.
struct KeyFrameRequester {
    /// Spacing before the first key frame.
    static let eagerInterval = Duration.milliseconds(200)
    /// Spacing afterwards.
    static let patientInterval = Duration.milliseconds(500)
    /// Unanswered requests after which even the first key frame is asked for patiently.
    static let eagerRequests = 10

    /// Whether a key frame is wanted.
    private(set) var isWanted = false
    /// Requests made.
    private(set) var requests = 0
    private var unanswered = 0
    private var lastRequest: Instant?
    private var hadKeyFrame = false

    /// A key frame is wanted from now on.
    mutating func want() { isWanted = true }

    /// A key frame came.
    mutating func keyFrameArrived() {
        isWanted = false
        hadKeyFrame = true
        unanswered = 0
    }

    /// Whether to ask now; says so once an interval.
    mutating func requestIsDue(at now: Instant) -> Bool {
        guard isWanted, nextDeadline.map({ now >= $0 }) ?? true else { return false }
        lastRequest = now
        requests += 1
        unanswered += 1
        return true
    }

    /// When the next request is due; nil when none is wanted or none has been made yet.
    var nextDeadline: Instant? {
        guard isWanted, let lastRequest else { return nil }
        return lastRequest + interval
    }

    private var interval: Duration {
        hadKeyFrame || unanswered >= Self.eagerRequests ? Self.patientInterval : Self.eagerInterval
    }
}
