import MediaWire

/// The life of one recording.
///
/// Between ending and over the file is rewritten, which takes its time.
///
///     joining ──joined──▶ waiting ──first media or patience──▶ recording ──stop, room closed──▶ ending ──written──▶ over
///        │                   │                                    │                              │
///        └──── stop ─────────┴──▶ over (aborted)                  └── writing fails ────────────┴──▶ over (failed)
///
/// Events come in with their time; every method returns what is to be done now. Whatever comes after `over` is ignored: a
/// process that is about to exit still hears of things.
struct JobStateMachine: ~Copyable {
    /// How a recording may end.
    enum Outcome: Sendable, Hashable {
        /// As it should: COMPLETE.
        case complete(EndReason)
        /// Nothing was recorded: ABORTED.
        case aborted(JobFailure, EndReason)
        /// FAILED, whether or not there is a file.
        case failed(JobFailure, EndReason)
    }

    /// What is to be done.
    enum Action: Sendable, Hashable {
        case none
        /// Begin the file with this instant of the session.
        case start(at: Instant)
        /// Record up to this instant, then complete the file.
        case finish(at: Instant)
        /// Report and leave.
        case conclude(Outcome)
    }

    private enum State {
        /// The room has not been entered. → waiting, over
        case joining
        /// In the room, no picture yet. → recording, over
        case waiting(since: Instant, sound: Sound?)
        /// Frames are being made. → ending, over
        case recording
        /// The rest is written. → rewriting, over
        case ending(EndReason, JobFailure?, since: Instant)
        /// Everything is on disk; the file is put into its final form. → over
        case rewriting(EndReason, JobFailure?)
        /// Nothing follows.
        case over
    }

    /// The first sound: when it is heard, and when it came in.
    private struct Sound {
        var at: Instant
        var seen: Instant
    }

    /// No recording waits longer than this for its first picture.
    static let patience = Duration.seconds(5)
    /// How long sound alone is waited upon for a picture, where no picture is being sent.
    static let soundAlone = Duration.milliseconds(500)
    /// How long draining the encoders may take from the last instant recorded.
    ///
    /// The rewriting that follows has no limit: it takes as long as the recording is large, and puts nothing at risk.
    static let drainLimit = Duration.seconds(30)

    private var state = State.joining
    private let recordsVideo: Bool
    private let recordsAudio: Bool

    init(recordsVideo: Bool, recordsAudio: Bool) {
        self.recordsVideo = recordsVideo
        self.recordsAudio = recordsAudio
    }

    /// Whether the file has begun.
    var hasStarted: Bool {
        switch state {
        case .recording, .ending, .rewriting: true
        case .joining, .waiting, .over: false
        }
    }

    /// The room has been entered.
    mutating func joined(at now: Instant) -> Action {
        if case .joining = state { state = .waiting(since: now, sound: nil) }
        return .none
    }

    /// A picture was decoded, to be shown at `time`.
    mutating func pictureDecoded(for time: Instant) -> Action {
        guard case .waiting(_, let sound) = state, recordsVideo else { return .none }
        state = .recording
        // Sound that came in before the picture is kept, up to the time pictures usually take.
        if let sound, recordsAudio, time - sound.at < Self.soundAlone { return .start(at: min(time, sound.at)) }
        return .start(at: time)
    }

    /// Sound arrived, to be heard at `time`.
    mutating func soundReceived(for time: Instant, at now: Instant) -> Action {
        guard case .waiting(let since, let sound) = state, recordsAudio else { return .none }
        guard recordsVideo else {
            state = .recording
            return .start(at: time)
        }
        if sound == nil { state = .waiting(since: since, sound: Sound(at: time, seen: now)) }
        return .none
    }

    /// Time passes; `expectsPicture` tells whether anybody in the room sends one.
    mutating func tick(at now: Instant, expectsPicture: Bool) -> Action {
        switch state {
        case .waiting(let since, let sound):
            if let sound, !expectsPicture, now - sound.seen >= Self.soundAlone { return begin(at: sound.at) }
            if now - since >= Self.patience { return begin(at: sound?.at ?? now) }
            return .none
        case .ending(_, _, let since) where now - since >= Self.drainLimit:
            state = .over
            return .conclude(.failed(.frozen, .failure))
        case .joining, .recording, .ending, .rewriting, .over: return .none
        }
    }

    /// Somebody asked to stop, or the machine shuts down.
    mutating func stop(_ reason: EndReason, at now: Instant) -> Action {
        switch state {
        case .joining:
            state = .over
            return .conclude(.aborted(.stoppedBeforeStart, reason))
        case .waiting:
            state = .over
            return .conclude(.aborted(.noStartSignal, reason))
        case .recording: return end(reason, nil, at: now)
        case .ending, .rewriting, .over: return .none
        }
    }

    /// The room is gone, or has sent the recorder away; with a failure if that should not have happened.
    mutating func disconnected(_ failure: JobFailure?, at now: Instant) -> Action {
        switch state {
        case .joining, .waiting:
            state = .over
            if let failure { return .conclude(.failed(failure, .failure)) }
            return .conclude(.aborted(.noStartSignal, .sourceClosed))
        case .recording: return end(failure == nil ? .sourceClosed : .failure, failure, at: now)
        case .ending, .rewriting, .over: return .none
        }
    }

    /// All that will be recorded is on disk, and the file is about to be rewritten.
    mutating func drained() {
        switch state {
        case .ending(let reason, let failure, _): state = .rewriting(reason, failure)
        // Writing has failed; the failure itself is reported with what is left of the file.
        case .recording: state = .rewriting(.failure, nil)
        case .joining, .waiting, .rewriting, .over: break
        }
    }

    /// The file is complete.
    mutating func written() -> Action {
        switch state {
        case .ending(let reason, let failure, _), .rewriting(let reason, let failure):
            state = .over
            return .conclude(failure.map { .failed($0, reason) } ?? .complete(reason))
        case .over: return .none
        case .joining, .waiting, .recording: preconditionFailure("a file was completed that nobody asked to complete")
        }
    }

    /// The room could not be entered, or writing failed.
    mutating func failed(_ failure: JobFailure) -> Action {
        if case .over = state { return .none }
        state = .over
        return .conclude(.failed(failure, .failure))
    }

    private mutating func begin(at time: Instant) -> Action {
        state = .recording
        return .start(at: time)
    }

    private mutating func end(_ reason: EndReason, _ failure: JobFailure?, at now: Instant) -> Action {
        state = .ending(reason, failure, since: now)
        return .finish(at: now)
    }
}
