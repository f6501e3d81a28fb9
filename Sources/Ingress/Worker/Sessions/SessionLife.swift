import LiveKitProtocol
import MediaWire

/// The life of one session as it is told: what its process says, and what becomes of it when the process is gone.
///
/// The state only goes forward: BUFFERING, PUBLISHING, and one of INACTIVE, COMPLETE and ERROR, which is decided when the process
/// has ended, however it has. One that died, or left the room for a reason that may pass, is started again while there is something
/// to publish: ``maximumRelaunches`` times in a row, counted anew once it has published for a while.
struct SessionLife {
    /// What to do when the process is gone.
    enum Next: Hashable {
        /// Start it again after a while.
        case relaunch(after: Duration)
        /// The session is over, and ``state`` is its last.
        case over
    }

    /// LiveKit's value.
    static let maximumRelaunches = 3
    /// Whoever has published for this long did not die of how it began.
    static let provenTime = Duration.seconds(60)
    /// A process that has said nothing for this long is frozen: it says that it is alive once a second.
    static let silenceLimit = Duration.seconds(30)
    /// How long a process may take to be heard of first (LiveKit's egress: 10 s), on a machine that is busy.
    static let launchLimit = Duration.seconds(20)
    /// How long one that was asked to end may take.
    static let stopLimit = Duration.seconds(10)

    /// How the session stands, as it is told.
    private(set) var state: Livekit_IngressState
    private let isPulled: Bool
    private(set) var isOver = false
    private var end: IngressSessionEnd?
    private var stopReason: IngressStopReason?
    /// Why there is nothing to publish any more, if that is a fault.
    private var sourceFailure: IngressSessionError?
    private var stopAsked: Instant?
    private var verdict: String?
    private var relaunches = 0
    private var lastHeard: Instant?
    private var launched: Instant?
    private var publishingSince: Instant?

    /// A session that has just been accepted; times of the wall clock are in nanoseconds since 1970.
    init(resource: String, isPulled: Bool, startedAt: Int64) {
        self.isPulled = isPulled
        state = Livekit_IngressState()
        state.status = .endpointBuffering
        state.resourceID = resource
        state.startedAt = startedAt
        state.updatedAt = startedAt
    }

    /// Whether it was asked to end, has said that it does, or has nothing to publish.
    var isEnding: Bool { isOver || stopReason != nil || end != nil || sourceFailure != nil }

    /// A process of it was started.
    mutating func launched(at now: Instant) {
        (launched, lastHeard, publishingSince, end, verdict) = (now, nil, nil, nil, nil)
    }

    /// The process says that it is alive.
    mutating func heard(at now: Instant) { lastHeard = now }

    /// The process says how it stands; whether that is to be told.
    mutating func heard(_ report: IngressSessionReport, at now: Instant, unixNanoseconds: Int64) -> Bool {
        lastHeard = now
        guard !isOver, end == nil else { return false }
        if case .ended(let end) = report.phase {
            // Told when the process has ended: only then is it known whether there will be another.
            self.end = end
            if stopAsked == nil { stopAsked = now }
            var described = state
            report.describe(in: &described)
            described.status = state.status
            described.error = state.error
            state = described
            return false
        }
        let status = state.status
        report.describe(in: &state)
        if state.status == .endpointPublishing, publishingSince == nil { publishingSince = now }
        // A process that was started again begins anew; to the world the session never stopped.
        if status == .endpointPublishing { state.status = status }
        state.updatedAt = max(unixNanoseconds, state.updatedAt)
        return true
    }

    /// Somebody wants it to end.
    mutating func stop(_ reason: IngressStopReason, at now: Instant) {
        if stopReason == nil { stopReason = reason }
        if stopAsked == nil { stopAsked = now }
    }

    /// The source has ended, or is not waited for any longer: the process has some time to end.
    mutating func sourceEnded(at now: Instant) {
        if stopAsked == nil { stopAsked = now }
    }

    /// The source has ended for this reason, which counts unless the session was ending anyway.
    mutating func sourceFailed(_ error: IngressSessionError, at now: Instant) {
        if !isEnding { sourceFailure = error }
        sourceEnded(at: now)
    }

    /// Why the process has to be killed now; nil if it lives.
    mutating func freeze(at now: Instant) -> String? {
        guard !isOver, verdict == nil, let launched else { return nil }
        if let asked = stopAsked, now - asked >= Self.stopLimit {
            verdict = "the session did not end in time"
        } else if let lastHeard, now - lastHeard >= Self.silenceLimit {
            verdict = "the session's process stood still"
        } else if lastHeard == nil, now - launched >= Self.launchLimit {
            verdict = "the session's process did not start"
        }
        return verdict
    }

    /// The process is gone; `cause` says how, `hasSource` whether there is still something to publish.
    mutating func exited(_ cause: String, hasSource: Bool, at now: Instant, unixNanoseconds: Int64) -> Next {
        guard !isOver else { return .over }
        (launched, lastHeard) = (nil, nil)
        if let since = publishingSince, now - since >= Self.provenTime { relaunches = 0 }
        if stopReason == nil, sourceFailure == nil, mayRelaunch, hasSource, relaunches < Self.maximumRelaunches {
            (stopAsked, end) = (nil, nil)
            relaunches += 1
            return .relaunch(after: Self.waits[relaunches - 1])
        }
        conclude(cause, at: unixNanoseconds)
        return .over
    }

    /// No process can be started, or nothing is to be published: the session is over.
    mutating func failed(_ text: String, at unixNanoseconds: Int64) {
        guard !isOver else { return }
        over(.endpointError, text, at: unixNanoseconds)
    }

    private var mayRelaunch: Bool {
        switch end {
        case .failed(let error)?: error.isRetryable
        case .completed?, .stopped?: false
        case nil: true
        }
    }

    private mutating func conclude(_ cause: String, at time: Int64) {
        if let sourceFailure { return over(.endpointError, sourceFailure.message, at: time) }
        switch (end, stopReason) {
        case (.failed(let error)?, nil): over(.endpointError, error.message, at: time)
        case (.completed?, _): over(isPulled ? .endpointComplete : .endpointInactive, "", at: time)
        case (.stopped?, _), (_, .some): over(.endpointInactive, "", at: time)
        case (nil, nil): over(.endpointError, verdict ?? "the session's process ended unexpectedly: \(cause)", at: time)
        }
    }

    private mutating func over(_ status: Livekit_IngressState.Status, _ error: String, at time: Int64) {
        isOver = true
        state.status = status
        state.error = error
        state.endedAt = max(time, state.updatedAt)
        state.updatedAt = state.endedAt
    }

    /// Before each start in a row.
    private static let waits: [Duration] = [.zero, .seconds(1), .seconds(2)]
}
