import MediaWire

/// The life of one recording.
///
/// Between ending and over files are rewritten and stored, which takes its time.
///
///     joining ──source there──▶ waiting ──first media or patience──▶ recording ──stop, source over──▶ ending ──written──▶ over
///        │                         │                                     │
///        └──── stop ───────────────┴──▶ over (aborted)                   └──── another recorder took over ──▶ over
///
/// An output that is lost does not end a recording while there are others; it decides how the recording has ended.
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
        /// LIMIT_REACHED, with everything recorded up to then.
        case limitReached
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
        /// Leave without a word: the egress is somebody else's.
        case vanish
    }

    private enum State {
        /// The room has not been entered, or what is to be recorded is not there yet. → waiting, over
        case joining
        /// The source is there, no media yet. → recording, over
        case waiting(since: Instant, sound: Sound?)
        /// Frames are being made. → ending, over
        case recording
        /// The rest is written. → rewriting, over
        case ending(EndReason, JobFailure?, since: Instant)
        /// Everything is on disk; it is put into its final form and stored. → over
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
    /// What became of an output that counts.
    private var outputFailure: JobFailure?
    private var recordsVideo: Bool
    private var recordsAudio: Bool

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

    /// Which kinds there are to record has become known.
    mutating func records(video: Bool, audio: Bool) {
        recordsVideo = video
        recordsAudio = audio
    }

    /// The room has been entered, and what is to be recorded is there.
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
        let failure = reason == .cpuExhausted ? JobFailure.cpuExhausted : nil
        switch state {
        case .joining, .waiting:
            let cause: JobFailure
            if case .joining = state { cause = .stoppedBeforeStart } else { cause = .noStartSignal }
            state = .over
            if let failure { return .conclude(.failed(failure, reason)) }
            return .conclude(.aborted(reason == .limitReached ? .limitBeforeStart : cause, reason))
        case .recording: return end(reason, failure, at: now)
        case .ending, .rewriting, .over: return .none
        }
    }

    /// Another recorder has joined as this egress.
    mutating func superseded() -> Action {
        if case .over = state { return .none }
        state = .over
        return .vanish
    }

    /// An output that counts will not be whole; `isLast` if none is left to record for.
    mutating func outputLost(_ failure: JobFailure, isLast: Bool, at now: Instant) -> Action {
        outputFailure = outputFailure ?? failure
        guard isLast, case .recording = state else { return .none }
        return end(.failure, failure, at: now)
    }

    /// What was recorded is over, or the room is; with a failure if that should not have happened.
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

    /// All that will be recorded is on disk, and is about to be put into its final form.
    mutating func drained() {
        switch state {
        case .ending(let reason, let failure, _): state = .rewriting(reason, failure)
        case .recording: preconditionFailure("a recording drained that nobody asked to end")
        case .joining, .waiting, .rewriting, .over: break
        }
    }

    /// Every output is done.
    mutating func written() -> Action {
        switch state {
        case .ending(let reason, let failure, _), .rewriting(let reason, let failure):
            state = .over
            if let failure { return .conclude(.failed(failure, reason)) }
            // A stop was asked for and carried out, and still something is missing.
            if let outputFailure { return .conclude(.failed(outputFailure, .failure)) }
            return .conclude(reason == .limitReached ? .limitReached : .complete(reason))
        case .over: return .none
        case .joining, .waiting, .recording: preconditionFailure("a recording is done that nobody asked to end")
        }
    }

    /// The room could not be entered, or what is to be recorded did not come.
    mutating func failed(_ failure: JobFailure) -> Action {
        if case .over = state { return .none }
        state = .over
        return .conclude(.failed(failure, .failure))
    }

    /// What is to be recorded cannot be had any more: FAILED, with what was recorded up to now.
    mutating func sourceFailed(_ failure: JobFailure, at now: Instant) -> Action {
        if case .joining = state { return failed(failure) }
        return disconnected(failure, at: now)
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
