import JobProcess
import LiveKitProtocol
import MediaWire
import MessageBus
import Synchronization

/// One egress of a worker, from the moment it is taken until everything about it has been told.
final class RunningJob: Sendable {
    private struct State {
        var process: ChildProcess?
        var info: Livekit_EgressInfo
        /// All that was recorded is on disk; what the job still does is its own affair.
        var isRewriting = false
        /// Another worker has it.
        var isSuperseded = false
        /// The process is gone, and what it left has been seen to.
        var isDone = false
        var lastProgress: Instant?
        var stopAsked: Instant?
        /// Why it was killed.
        var verdict: JobFailure?
        var isReady = false
        var answers: [UInt32: AsyncStream<JobFailure?>.Continuation] = [:]
        var nextNumber: UInt32 = 1
        var registrations: [RPCRegistration] = []
    }

    let id: String
    /// `room_composite` and so on, for metrics.
    let kind: String
    let claims: Set<String>
    let maximumSize: Int64?
    let folder: JobFolder
    private let state: Mutex<State>
    private let ready = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    init(
        _ info: Livekit_EgressInfo,
        kind: String,
        claims: Set<String>,
        maximumSize: Int64?,
        folder: JobFolder
    ) {
        id = info.egressID
        self.kind = kind
        self.claims = claims
        self.maximumSize = maximumSize
        self.folder = folder
        state = Mutex(State(info: info))
    }

    /// How the egress stands.
    var info: Livekit_EgressInfo { state.withLock { $0.info } }
    var process: ChildProcess? { state.withLock { $0.process } }
    var isRewriting: Bool { state.withLock { $0.isRewriting } }
    var isSuperseded: Bool { state.withLock { $0.isSuperseded } }
    var isDone: Bool { state.withLock { $0.isDone } }
    /// Why it was killed; nil if it was not, by us.
    var verdict: JobFailure? { state.withLock { $0.verdict } }

    func launched(_ process: ChildProcess) {
        state.withLock { $0.process = process }
    }

    /// The process is gone, and its number may be another's from now on.
    func exited() {
        state.withLock { $0.process = nil }
    }

    func done() {
        state.withLock { $0.isDone = true }
        ready.continuation.finish()
    }

    /// Takes over how the egress stands, unless it is over already.
    func update(_ info: Livekit_EgressInfo) -> Bool {
        let isNews = state.withLock { state in
            guard !state.info.isOver else { return false }
            state.info = info
            return true
        }
        if isNews { folder.keep(info) }
        return isNews
    }

    /// Keeps what is to be closed when everything about the egress has been told.
    func keep(_ registrations: [RPCRegistration]) {
        state.withLock { $0.registrations += registrations }
    }

    func takeRegistrations() -> [RPCRegistration] {
        state.withLock { state in
            defer { state.registrations = [] }
            return state.registrations
        }
    }

    /// Takes over what the job has said, except for how the egress stands.
    func heard(_ message: JobMessage, at now: Instant) {
        state.withLock { state in
            switch message {
            case .rewriting: state.isRewriting = true
            case .superseded: state.isSuperseded = true
            case .progress: state.lastProgress = now
            case .answer(let number, let failure):
                let waiter = state.answers.removeValue(forKey: number)
                waiter?.yield(failure)
                waiter?.finish()
            case .info, .ready, .start, .salvage, .stop, .layout, .updateStream: break
            }
            state.isReady = true
        }
        ready.continuation.yield()
    }

    /// Waits until the job has said anything at all; false if it has not by `limit`, or has ended.
    func becomesReady(within limit: Duration) async -> Bool {
        await withTaskGroup(of: Bool.self) { group in
            group.addTask { [ready] in
                for await _ in ready.stream { return true }
                return false
            }
            group.addTask {
                try? await Task.sleep(for: limit)
                return false
            }
            let first = await group.next() ?? false
            group.cancelAll()
            return first
        }
    }

    /// Asks the job to end; false if it cannot be reached.
    @discardableResult
    func stop(_ reason: EndReason, at now: Instant) -> Bool {
        let link = state.withLock { state in
            if state.stopAsked == nil { state.stopAsked = now }
            return state.process?.link
        }
        return link?.send(.stop(reason)) ?? false
    }

    /// Ends the process at once; what it wrote is salvaged, and the egress has failed with `verdict`.
    func kill(_ verdict: JobFailure) {
        let process = state.withLock { state in
            if state.verdict == nil { state.verdict = verdict }
            return state.process
        }
        process?.kill()
    }

    /// Hands a request over to the job and waits for its answer, as long as the caller's task is not cancelled.
    func updateStream(_ request: Livekit_UpdateStreamRequest) async throws(RPCError) {
        let (answers, waiter) = AsyncStream<JobFailure?>.makeStream()
        let (number, link) = state.withLock { state in
            let number = state.nextNumber
            state.nextNumber &+= 1
            state.answers[number] = waiter
            return (number, state.process?.link)
        }
        defer { state.withLock { $0.answers[number] = nil } }
        guard let link, link.send(.updateStream(number, request)) else {
            throw RPCError(.unavailable, "the egress is about to end")
        }
        for await failure in answers {
            if let failure { throw RPCError(failure) }
            return
        }
        throw .timedOut
    }

    /// Why the job has to be killed now; nil if it lives.
    ///
    /// A job that has once moved media is watched while it records; one that was asked to end is watched until all that it
    /// recorded is on disk. Neither has a limit for what comes then.
    func isFrozen(at now: Instant, stopLimit: Duration) -> Bool {
        state.withLock { state in
            guard state.process != nil, !state.isRewriting, !state.info.isOver, !state.isDone else { return false }
            if let asked = state.stopAsked, now - asked >= stopLimit { return true }
            guard state.info.status == .egressActive, state.stopAsked == nil, let last = state.lastProgress else {
                return false
            }
            return now - last >= Self.progressLimit
        }
    }

    /// A recording that stands still for this long will not go on by itself.
    static let progressLimit = Duration.seconds(30)
    /// How long a process may take until it is heard of (egress.md: 10 s).
    static let launchLimit = Duration.seconds(10)
}

extension RPCError {
    /// What a caller is told of a job's refusal.
    init(_ failure: JobFailure) {
        let code: RPCErrorCode =
            switch failure.code {
            case 400: .invalidArgument
            case 403: .permissionDenied
            case 404: .notFound
            case 409: .alreadyExists
            case 412: .failedPrecondition
            case 429: .resourceExhausted
            case 503: .unavailable
            default: .internal
            }
        self.init(code, failure.text)
    }
}
