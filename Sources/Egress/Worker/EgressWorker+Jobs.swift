import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import SwiftProtobuf
import Synchronization

// MARK: - Running jobs

extension EgressWorker {
    /// Serves the topics of a job.
    func register(_ job: RunningJob) async throws(BusError) -> [RPCRegistration] {
        let stop = try await handlers.register(EgressHandler.stopEgress, topic: job.id) {
            [self] (_: Livekit_StopEgressRequest) throws(RPCError) in
            try halt(job)
        }
        do throws(BusError) {
            let update = try await handlers.register(EgressHandler.updateStream, topic: job.id) {
                (request: Livekit_UpdateStreamRequest) throws(RPCError) in
                guard !job.info.isOver else { throw job.isOverError("updated") }
                try await job.updateStream(request)
                return job.info
            }
            return [stop, update]
        } catch {
            await stop.close()
            throw error
        }
    }

    private func halt(_ job: RunningJob) throws(RPCError) -> Livekit_EgressInfo {
        var info = job.info
        guard !info.isOver else { throw job.isOverError("stopped") }
        logger.info("egress is to stop", metadata: ["egress": "\(job.id)"])
        job.stop(.stopRequested, at: .monotonic)
        if info.status == .egressActive { info.status = .egressEnding }
        return info
    }

    /// Starts a job's process and the threads that hear from it.
    func launch(_ job: RunningJob, _ description: JobDescription) throws {
        var jobLogger = logger
        jobLogger[metadataKey: "egress"] = "\(job.id)"
        let logs = configuration.process.logFolder
        let log = try JobLog(file: logs.isEmpty ? nil : "\(logs)/\(job.id).log", logger: jobLogger)
        let process = try spawn(log)
        job.launched(process)
        do throws(JobFailure) {
            let start = ProcessTable.entry(of: process.pid)?.start ?? 0
            try job.folder.keep(JobFolder.Record(description: description, pid: process.pid, processStart: start))
        } catch {
            logger.error("a killed worker could not complete this egress", metadata: ["reason": "\(error.text)"])
        }
        process.link.send(.start(description))
        metrics.started(job.kind)
        // Not a task: it waits for the process most of the time.
        _ = WorkThread(name: "job \(job.id.suffix(10))") { [self] in
            follow(job, process)
            let exit = process.wait()
            job.exited()
            state.withLock { state in
                state.admission.end(job.id)
                state.meter.forget(job.id)
            }
            finish(job, description, exit)
        }
    }

    /// Starts the program of jobs with its limits set; `log` gets what it says.
    private func spawn(_ log: JobLog) throws -> ChildProcess {
        defer { log.closeWriter() }
        let process = try ChildProcess(
            executable: configuration.executable,
            arguments: configuration.arguments,
            standardError: log.writer
        )
        ProcessLimits.apply(configuration.process, to: process.pid)
        _ = WorkThread(name: "job log") { log.read() }
        return process
    }

    /// Hears from a job until it hangs up.
    private func follow(_ job: RunningJob, _ process: ChildProcess) {
        while let message = process.link.receive() {
            if case .info(let info) = message { report(job, info) }
            job.heard(message, at: .monotonic)
        }
    }

    private func report(_ job: RunningJob, _ info: Livekit_EgressInfo) {
        let info = located(info, in: job.folder)
        guard job.update(info) else { return }
        logger.info(
            "egress changed",
            metadata: ["egress": "\(info.egressID)", "status": "\(info.status.name)", "error": "\(info.error)"]
        )
        reporter.report(info)
    }

    /// The process has ended: so has the egress, one way or another.
    private func finish(_ job: RunningJob, _ description: JobDescription, _ exit: ChildProcess.Exit) {
        defer {
            metrics.ended(job.kind, job.info, verdict: job.verdict, isSuperseded: job.isSuperseded)
            job.done()
            settle(job.id)
        }
        if job.isSuperseded {
            logger.warning("another worker records this egress now", metadata: ["egress": "\(job.id)"])
            return
        }
        guard !job.info.isOver else { return }
        let failure =
            job.verdict ?? JobFailure(text: "the recording's process ended unexpectedly: \(exit)", code: 500)
        logger.error(
            "an egress job died; completing what it wrote",
            metadata: ["egress": "\(job.id)", "cause": "\(failure.text)", "exit": "\(exit)"]
        )
        let salvaged = salvage(description, job.info)
        report(job, salvaged.failed(with: failure, at: Self.unixNanoseconds))
    }

    /// Reports the end of an egress whose job never ran.
    func conclude(_ job: RunningJob, _ outcome: JobStateMachine.Outcome) {
        var info = job.info
        info.conclude(outcome, at: Self.unixNanoseconds)
        report(job, info)
        state.withLock { $0.admission.end(job.id) }
        settle(job.id)
    }

    /// Completes what a dead process has left, in another process: what made the first one crash may do so again.
    ///
    /// Blocks until that is done. Returns the info with what was found.
    func salvage(_ description: JobDescription, _ info: Livekit_EgressInfo) -> Livekit_EgressInfo {
        var description = description
        if let bytes = try? info.serializedData() { description.info = Array(bytes) }
        var jobLogger = logger
        jobLogger[metadataKey: "egress"] = "\(info.egressID)"
        guard let log = try? JobLog(file: nil, logger: jobLogger), let process = try? spawn(log),
            process.link.send(.salvage(description))
        else {
            jobLogger.error("nothing can be salvaged: no process can be started")
            return info
        }
        return hear(process, until: SalvageWatch(limits: configuration.salvageLimits, at: .monotonic)) ?? info
    }

    /// Hears from a process that completes something until it hangs up, or is ended for hanging; nil if it found nothing.
    private func hear(_ process: ChildProcess, until watch: consuming SalvageWatch) -> Livekit_EgressInfo? {
        let watch = Mutex<SalvageWatch?>(watch)
        // Ends within a tick of the conversation.
        let watchdog = WorkThread(name: "salvage watch") { [logger] in
            while true {
                WorkThread.sleep(for: .milliseconds(200))
                let seconds = ProcessTable.entry(of: process.pid)?.seconds
                let isHopeless = watch.withLock { $0?.isHopeless(seconds: seconds, at: .monotonic) }
                guard let isHopeless else { return }
                if isHopeless {
                    logger.error("a process that completes what another has left hangs and is ended")
                    process.kill()
                    return
                }
            }
        }
        var found: Livekit_EgressInfo?
        while let message = process.link.receive() {
            watch.withLock { $0?.heard(message, at: .monotonic) }
            if case .info(let info) = message { found = info }
        }
        watch.withLock { $0 = nil }
        // Before the number of the process can be another's.
        watchdog.join()
        _ = process.wait()
        return found
    }
}

extension RunningJob {
    /// What a caller is told who comes too late.
    func isOverError(_ verb: String) -> RPCError {
        RPCError(.failedPrecondition, "egress with status \(info.status.name) cannot be \(verb)")
    }
}

extension Livekit_EgressInfo {
    /// The egress with what was salvaged of it, FAILED.
    func failed(with failure: JobFailure, at unixNanoseconds: Int64) -> Livekit_EgressInfo {
        var info = self
        // What the salvaging process thinks of the end counts for less than how it came to it.
        if info.isOver { info.status = .egressEnding }
        info.conclude(.failed(failure, .failure), at: unixNanoseconds)
        return info
    }
}
