import FoundationEssentials
public import LiveKitProtocol
public import Logging
import MediaWire
import Storage
import SwiftProtobuf
import Synchronization

/// Runs recordings, each in a process of its own, and knows how every one of them stands.
///
/// The life of a job, seen from here: its output's path is claimed, a process is started and told what to record; then a thread
/// of its own hears from it until its end of the socket closes. A process that reported the end of its egress is done. One
/// that did not has died: what it wrote is completed by another process (it plays as it is should that fail too), and the
/// egress is FAILED with the cause. No job touches another.
public final class EgressWorker: Sendable {
    /// What a change of an egress is, as webhooks name it.
    public enum Event: String, Sendable {
        /// A new egress.
        case started = "egress_started"
        /// It has become active, is ending, or changed in another way.
        case updated = "egress_updated"
        /// It is complete, aborted or failed; the last event of an egress.
        case ended = "egress_ended"
    }

    private struct Job {
        var process: ChildProcess?
        var path: String
        /// All that was recorded is on disk; what the job still does is its own affair.
        var isRewriting = false
    }

    private struct State {
        var store: EgressStore
        var jobs: [String: Job] = [:]
        var isClosed = false
    }

    private let configuration: EgressWorkerConfiguration
    private let storage: LocalStorage
    private let logger: Logger
    private let onInfo: @Sendable (Livekit_EgressInfo, Event) -> Void
    private let state: Mutex<State>

    /// A worker without jobs.
    ///
    /// - Parameter onInfo: told every change of every egress, in the order of its changes; must not wait.
    /// - Throws: `StorageError` if the recordings' folder can be neither found nor created.
    public init(
        configuration: EgressWorkerConfiguration,
        logger: Logger,
        onInfo: @escaping @Sendable (Livekit_EgressInfo, Event) -> Void = { _, _ in }
    ) throws {
        self.configuration = configuration
        self.logger = logger
        self.onInfo = onInfo
        storage = try LocalStorage(root: configuration.recordings)
        state = Mutex(State(store: EgressStore(retention: configuration.retention)))
    }

    /// The folder recordings are written into, absolute.
    public var recordings: String { storage.root }

    /// Starts a recording and returns at once.
    ///
    /// - Parameters:
    ///   - plan: what to record.
    ///   - request: the request as `EgressInfo` is to repeat it.
    ///   - roomID: the room's identifier.
    /// - Throws: `invalid_argument` for a path that leads out of the folder, `already_exists` for one that is being written,
    ///   `resource_exhausted` with too many jobs, `unavailable` while shutting down or if no process can be started.
    public func start(
        _ plan: RecordingPlan,
        request: Livekit_EgressInfo.OneOf_Request,
        roomID: String
    ) throws(TwirpError) -> Livekit_EgressInfo {
        let now = Self.unixNanoseconds
        let id = EgressID.random().rawValue
        let values = FileNameValues(roomID: roomID, roomName: plan.roomName, unixMilliseconds: now / 1_000_000)
        let name = FileNameTemplate(plan.filePath).path(values: values, fileExtension: "mp4")
        let path: String
        do throws(StorageError) {
            path = try storage.prepare(name)
        } catch {
            throw TwirpError.invalid("filepath", error.description)
        }

        var info = Livekit_EgressInfo()
        info.egressID = id
        info.roomID = roomID
        info.roomName = plan.roomName
        info.sourceType = .sdk
        info.status = .egressStarting
        info.updatedAt = now
        info.request = request
        var file = Livekit_FileInfo()
        file.filename = name
        file.location = path
        info.fileResults = [file]

        try claim(id, path: path, info: info)
        logger.info("egress starts", metadata: ["egress": "\(id)", "room": "\(plan.roomName)", "file": "\(path)"])
        onInfo(info, .started)
        do {
            let description = JobDescription(
                plan: plan,
                path: path,
                info: Array(try info.serializedData()),
                url: configuration.url,
                token: token(for: id, room: plan.roomName)
            )
            try launch(id, description)
        } catch {
            let failure = JobFailure(text: "failed to launch the job: \(error)", code: 500)
            release(id)
            report(concluded(id, .failed(failure, .failure), file: nil))
            throw TwirpError(.unavailable, failure.text)
        }
        return info
    }

    /// Asks a recording to end; returns how it stands, which need not be its end.
    public func stop(_ id: String) throws(TwirpError) -> Livekit_EgressInfo {
        let info = try info(of: id)
        guard !info.isOver else {
            throw TwirpError(.failedPrecondition, "egress \(id) cannot be stopped: it has status \(info.status.name)")
        }
        send(.stop(.stopRequested), to: id)
        killUnlessOver(id)
        var answer = info
        if info.status == .egressActive { answer.status = .egressEnding }
        return answer
    }

    /// Shows another layout from now on.
    public func updateLayout(_ id: String, _ layout: String) throws(TwirpError) -> Livekit_EgressInfo {
        let info = try info(of: id)
        guard !info.isOver else {
            throw TwirpError(
                .failedPrecondition,
                "egress \(id) has no layout any more: it has status \(info.status.name)"
            )
        }
        send(.layout(layout), to: id)
        return info
    }

    /// How an egress stands.
    public func info(of id: String) throws(TwirpError) -> Livekit_EgressInfo {
        guard let info = state.withLock({ $0.store.info(of: id) }) else {
            throw TwirpError(.notFound, "egress not found: \(id)")
        }
        return info
    }

    /// The egresses that match a request, those changed last first.
    public func list(_ request: Livekit_ListEgressRequest) -> [Livekit_EgressInfo] {
        state.withLock { $0.store.list(request, at: Self.now) }
    }

    /// How many jobs have a process.
    public var jobCount: Int { state.withLock { $0.jobs.count } }

    /// Ends every recording in good order and returns when all files are complete, or after `limit`: jobs that still record are
    /// killed then, and those that are only rewriting a large file are left to finish by themselves.
    public func shutDown(limit: Duration = .seconds(40)) async {
        let links = state.withLock { state in
            state.isClosed = true
            return state.jobs.values.compactMap { $0.process?.link }
        }
        for link in links { link.send(.stop(.killed)) }
        let deadline = Self.now + limit
        while jobCount > 0, Self.now < deadline {
            do { try await Task.sleep(for: .milliseconds(50)) } catch { break }
        }
        let hanging = state.withLock { $0.jobs.values.filter { !$0.isRewriting }.compactMap(\.process) }
        for process in hanging { process.kill() }
    }
}

// MARK: - Jobs

extension EgressWorker {
    private func claim(_ id: String, path: String, info: Livekit_EgressInfo) throws(TwirpError) {
        let maximum = configuration.maximumJobs
        let refusal: TwirpError? = state.withLock { state in
            if state.isClosed { return TwirpError(.unavailable, "server is shutting down") }
            if let other = state.jobs.first(where: { $0.value.path == path }) {
                return TwirpError(
                    .alreadyExists,
                    "\(path) is being written by egress \(other.key); choose another filepath"
                )
            }
            if state.jobs.count >= maximum {
                return TwirpError(.resourceExhausted, "\(maximum) recordings are running; no more are possible")
            }
            state.jobs[id] = Job(process: nil, path: path)
            _ = state.store.update(info, at: Self.now)
            return nil
        }
        if let refusal { throw refusal }
    }

    /// Whether a job has reported that only rewriting its file is left.
    func isRewriting(_ id: String) -> Bool { state.withLock { $0.jobs[id]?.isRewriting == true } }

    private func release(_ id: String) {
        state.withLock { $0.jobs[id] = nil }
    }

    private func send(_ message: JobMessage, to id: String) {
        let link = state.withLock { $0.jobs[id]?.process?.link }
        if link?.send(message) != true {
            logger.warning("the job cannot be reached; it is about to end", metadata: ["egress": "\(id)"])
        }
    }

    /// A job that hangs does not end by being asked; killed, its file is completed like that of any dead job.
    private func killUnlessOver(_ id: String) {
        // Outlives the call on purpose: nobody waits for it, and a job that is over by then is left alone.
        Task { [self] in
            try await Task.sleep(for: configuration.stopLimit)
            let job = state.withLock { $0.jobs[id] }
            guard let process = job?.process, job?.isRewriting == false else { return }
            logger.error("an egress job does not end; killing it", metadata: ["egress": "\(id)"])
            process.kill()
        }
    }

    private func launch(_ id: String, _ description: JobDescription) throws(LaunchError) {
        let process = try ChildProcess(executable: configuration.executable, arguments: configuration.arguments)
        state.withLock { $0.jobs[id]?.process = process }
        process.link.send(.start(description))
        _ = WorkThread(name: "egress job") { [self] in
            follow(process, of: id)
            let exit = process.wait()
            let info = state.withLock { $0.store.info(of: id) }
            let salvaged = info?.isOver == false ? salvage(id, description, after: exit) : nil
            release(id)
            if let salvaged { report(salvaged) }
        }
    }

    /// Hears from a job until it hangs up.
    private func follow(_ process: ChildProcess, of id: String) {
        while let message = process.link.receive() {
            switch message {
            case .info(let info): report(info)
            case .rewriting: state.withLock { $0.jobs[id]?.isRewriting = true }
            case .start, .salvage, .stop, .layout, .updateStream, .answer, .progress, .superseded: break
            }
        }
    }

    /// Completes what a dead process has left, in another process: what made the first one crash may do so again.
    private func salvage(
        _ id: String,
        _ description: JobDescription,
        after exit: ChildProcess.Exit
    ) -> Livekit_EgressInfo {
        let failure = JobFailure(text: "the recording's process ended unexpectedly: \(exit)", code: 500)
        logger.error(
            "an egress job died; completing what it wrote",
            metadata: ["egress": "\(id)", "cause": "\(exit)", "file": "\(description.path)"]
        )
        var file: Livekit_FileInfo?
        if fileSize(description.path) > 0 {
            var description = description
            description.info = (try? info(of: id).serializedData()).map(Array.init) ?? description.info
            file = repair(description)
        }
        var info = concluded(id, .failed(failure, .failure), file: nil)
        if let file {
            info.fileResults = [file]
        } else if !info.fileResults.isEmpty {
            info.fileResults[0].size = fileSize(description.path)
        }
        return info
    }

    private func repair(_ description: JobDescription) -> Livekit_FileInfo? {
        guard
            let process = try? ChildProcess(executable: configuration.executable, arguments: configuration.arguments),
            process.link.send(.salvage(description))
        else { return nil }
        var file: Livekit_FileInfo?
        while let message = process.link.receive() {
            if case .info(let info) = message { file = info.fileResults.first }
        }
        _ = process.wait()
        return file
    }

    private func concluded(
        _ id: String,
        _ outcome: JobStateMachine.Outcome,
        file: RecordedFile?
    ) -> Livekit_EgressInfo {
        var info = state.withLock { $0.store.info(of: id) } ?? Livekit_EgressInfo()
        info.conclude(outcome, file: file, at: Self.unixNanoseconds)
        return info
    }

    private func report(_ info: Livekit_EgressInfo) {
        guard state.withLock({ $0.store.update(info, at: Self.now) }) else { return }
        logger.info(
            "egress changed",
            metadata: ["egress": "\(info.egressID)", "status": "\(info.status.name)", "error": "\(info.error)"]
        )
        onInfo(info, info.isOver ? .ended : .updated)
    }

    /// Who may enter the room unseen and listen, and nothing else.
    private func token(for id: String, room: String) -> String {
        var grant = VideoGrant.join(room)
        grant.canSubscribe = true
        grant.canPublish = false
        grant.canPublishData = false
        grant.hidden = true
        grant.recorder = true
        var token = AccessToken(identity: id, video: grant, timeToLive: 24 * 60 * 60)
        token.grants.kind = .egress
        return token.signed(key: configuration.apiKey, secret: configuration.apiSecret)
    }

    private static var unixNanoseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }

    private static var now: Instant { Instant.monotonic }
}

extension Livekit_EgressStatus {
    /// The name of the protocol, such as `EGRESS_ACTIVE`.
    var name: String {
        switch self {
        case .egressStarting: "EGRESS_STARTING"
        case .egressActive: "EGRESS_ACTIVE"
        case .egressEnding: "EGRESS_ENDING"
        case .egressComplete: "EGRESS_COMPLETE"
        case .egressFailed: "EGRESS_FAILED"
        case .egressAborted: "EGRESS_ABORTED"
        case .egressLimitReached: "EGRESS_LIMIT_REACHED"
        case .UNRECOGNIZED(let number): "status \(number)"
        }
    }
}
