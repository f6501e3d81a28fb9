import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import Synchronization

// MARK: - Sessions that have a process

extension IngressWorker {
    /// Begins a session that was taken: it is told of, can be ended over the bus, and gets its process.
    func begin(_ session: HostedSession) async throws(IngressRefusal) {
        logger.info("a session begins", metadata: session.metadata)
        metrics.started(session.input, isTranscoding: true)
        report(session)
        do throws(BusError) {
            session.keep(try await register(session))
        } catch {
            logger.error("a session cannot be served on the bus", metadata: session.metadata)
            session.failed("the session cannot be served on the bus", unixNanoseconds: Self.unixNanoseconds)
            conclude(session)
            throw .unavailable
        }
        // Not a task: it waits for the process most of the time.
        _ = WorkThread(name: "session \(session.resourceID.suffix(7))") { [self] in host(session) }
    }

    /// Serves the topics of a session.
    private func register(_ session: HostedSession) async throws(BusError) -> [RPCRegistration] {
        let update = try await handlers.register(IngressHandler.updateIngress, topic: session.ingressID) {
            [self] (_: Livekit_UpdateIngressRequest) throws(RPCError) in
            stop(session, .requested, "the ingress was changed")
            return session.info
        }
        do throws(BusError) {
            let delete = try await handlers.register(IngressHandler.deleteIngress, topic: session.ingressID) {
                [self] (_: Livekit_DeleteIngressRequest) throws(RPCError) in
                stop(session, .deleted, "the ingress was deleted")
                return session.info
            }
            return [update, delete]
        } catch {
            await update.close()
            throw error
        }
    }

    /// Ends a session in good order, and sends its publisher away.
    func stop(_ session: HostedSession, _ reason: IngressStopReason, _ why: String) {
        var metadata = session.metadata
        metadata["reason"] = "\(why)"
        logger.info("a session is to end", metadata: metadata)
        state.withLock { $0.table.closes(session.ingressID, resource: session.resourceID) }
        session.stop(reason, at: .monotonic)
        session.dismiss(PublisherDismissal(reason))
    }

    /// A publisher is gone.
    func left(_ id: SessionTable.PublisherID, ingress: String, _ departure: PublisherDeparture) {
        let (effect, session) = state.withLock { state in
            let effect = state.table.left(id, ingress: ingress, isAwaited: departure.isAwaited, at: .monotonic)
            switch effect {
            case .isNobody: return (effect, HostedSession?.none)
            case .isAwaited(let resource), .ends(let resource): return (effect, state.sessions[resource])
            }
        }
        guard let session else { return }
        if case .isAwaited = effect {
            logger.info("a publisher was lost, and is waited for", metadata: session.metadata)
            session.feed.send(.sourceLost)
        } else if case .failed(let error) = departure {
            let metadata = session.metadata.merging(["reason": "\(error)"]) { $1 }
            logger.warning("what a publisher sends cannot be published: its session ends", metadata: metadata)
            session.sourceFailed(error, at: .monotonic)
        } else {
            session.sourceEnded(at: .monotonic)
        }
    }

    // MARK: - On the session's thread

    /// Runs a session's process, and another one if it dies, until the session is over.
    private func host(_ session: HostedSession) {
        defer { conclude(session) }
        while !session.isEnding {
            let process: ChildProcess
            do {
                process = try launch(session)
            } catch {
                let text = "the session's process cannot be started: \(error)"
                session.failed(text, unixNanoseconds: Self.unixNanoseconds)
                return
            }
            let exit = follow(session, process)
            switch next(session, "\(exit)") {
            case .over: return
            case .relaunch(let wait):
                var metadata = session.metadata
                metadata["exit"] = "\(exit)"
                logger.error("a session's process died; another one is started", metadata: metadata)
                metrics.relaunched()
                WorkThread.sleep(for: wait)
            }
        }
        // Asked to end before there was a process, or between two.
        _ = next(session, "none")
    }

    private func next(_ session: HostedSession, _ cause: String) -> SessionLife.Next {
        let hasSource =
            session.input == .urlInput || state.withLock { $0.table.hasPublisher(session.ingressID) }
        return session.exited(
            cause,
            hasSource: hasSource,
            at: .monotonic,
            unixNanoseconds: Self.unixNanoseconds
        )
    }

    private func launch(_ session: HostedSession) throws(LaunchError) -> ChildProcess {
        var sessionLogger = logger
        sessionLogger[metadataKey: "session"] = "\(session.resourceID)"
        let logs = configuration.process.logFolder
        let log = try JobLog(
            file: logs.isEmpty ? nil : "\(logs)/\(session.resourceID).log",
            logger: sessionLogger
        )
        defer { log.closeWriter() }
        let process = try ChildProcess(
            executable: configuration.executable,
            arguments: configuration.arguments,
            standardError: log.writer
        )
        ProcessLimits.apply(configuration.process, to: process.pid)
        _ = WorkThread(name: "session log") { log.read() }
        session.launched(process, at: .monotonic)
        return process
    }

    /// Hears from a session's process until it hangs up and has ended.
    private func follow(_ session: HostedSession, _ process: ChildProcess) -> ChildProcess.Exit {
        while let message: SessionMessage = process.link.receive() {
            let news = session.heard(message, at: .monotonic, unixNanoseconds: Self.unixNanoseconds)
            if news != nil { report(session) }
        }
        // One that hangs up and does not end has nothing to say any more.
        process.kill()
        let exit = process.wait()
        state.withLock { $0.meter.forget(session.resourceID) }
        return exit
    }

    func report(_ session: HostedSession) {
        let info = session.info
        var metadata = session.metadata
        metadata["status"] = "\(info.status.name)"
        if !info.error.isEmpty { metadata["error"] = "\(info.error)" }
        logger.info("the state of a session", metadata: metadata)
        reporter.report(session.ingressID, info)
    }

    /// The session is over, one way or another.
    func conclude(_ session: HostedSession) {
        state.withLock { state in
            state.table.closes(session.ingressID, resource: session.resourceID)
            state.admission.end(session.resourceID)
        }
        report(session)
        metrics.ended(session.input, isTranscoding: true, dropped: session.feed.dropped)
        session.dismiss(.sessionOver)
        session.done()
        settle(session.resourceID)
    }
}

extension HostedSession {
    /// Names the session in the log.
    var metadata: Logger.Metadata { ["ingress": "\(ingressID)", "session": "\(resourceID)"] }
}
