import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import PeerTransportNIO
import Synchronization

// MARK: - WHIP publishers

extension IngressWorker {
    /// Lets a WHIP publisher in; `hub` is where its media arrives.
    func admit(_ attempt: PublishAttempt, hub: PeerHub) async throws(IngressRefusal) -> WHIPAdmission {
        do throws(IngressRefusal) {
            let ingress = try await ingress(of: attempt)
            let admission =
                ingress.plan.encoding == nil
                ? try await bypass(ingress, hub: hub) : try await transcode(attempt, ingress, hub: hub)
            metrics.published(.whipInput, status: 201)
            return admission
        } catch {
            refused(attempt, error)
            throw error
        }
    }

    private func transcode(
        _ attempt: PublishAttempt,
        _ ingress: KnownIngress,
        hub: PeerHub
    ) async throws(IngressRefusal) -> WHIPAdmission {
        let deadline = Instant.monotonic + Self.closingPatience
        let resource = ingress.plan.resourceID
        while true {
            switch try take(attempt, ingress) {
            case .begun(let id, let session):
                let publisher = TranscodedPublisher(id, session: session, worker: self)
                let input = TranscodedInput(
                    sink: publisher,
                    grace: configuration.grace,
                    hub: hub,
                    observer: publisher
                )
                session.attach(id) { _ in input.close("the session is over") }
                session.whip.withLock { $0 = HostedSession.WHIP(publisher: publisher, input: input) }
                try await begin(session)
                session.keep(try await registerResource(resource))
                return .transcode(input, resourceID: resource)
            case .joined(let id, let session):
                guard let whip = session.whip.withLock({ $0 }) else { throw .closing }
                whip.publisher.changes(to: id)
                session.keep(try await registerResource(resource))
                return .transcode(whip.input, resourceID: resource)
            case .closing: try await waitForClosing(until: deadline)
            }
        }
    }

    private func bypass(_ ingress: KnownIngress, hub: PeerHub) async throws(IngressRefusal) -> WHIPAdmission {
        let deadline = Instant.monotonic + Self.closingPatience
        let resource = ingress.plan.resourceID
        while true {
            switch try takeBypass(ingress) {
            case .begun(let session):
                let participant = BypassParticipant(
                    settings: BypassParticipant.Settings(
                        url: ingress.url,
                        token: ingress.token,
                        audioTrack: ingress.plan.audioTrack,
                        videoTrack: ingress.plan.videoTrack,
                        grace: configuration.grace
                    ),
                    hub: hub,
                    observer: session,
                    logger: logger
                )
                session.begins(participant)
                logger.info("a session begins", metadata: session.metadata)
                metrics.started(.whipInput, isTranscoding: false)
                report(session)
                do throws(BusError) {
                    session.keep(try await register(session))
                } catch {
                    session.close("the session cannot be served on the bus")
                    throw .unavailable
                }
                session.keep(try await registerResource(resource))
                return .bypass(participant, resourceID: resource)
            case .joined(let session):
                guard let participant = session.participant else { throw .closing }
                session.keep(try await registerResource(resource))
                return .bypass(participant, resourceID: resource)
            case .closing: try await waitForClosing(until: deadline)
            }
        }
    }

    private enum BypassTaking {
        case begun(BypassSession)
        case joined(BypassSession)
        case closing
    }

    private func takeBypass(_ ingress: KnownIngress) throws(IngressRefusal) -> BypassTaking {
        let plan = ingress.plan
        let result: Result<BypassTaking, IngressRefusal> = state.withLock { state in
            let id = state.nextPublisher
            state.nextPublisher += 1
            switch state.table.admit(id, ingress: plan.ingressID, resource: plan.resourceID) {
            case .begins:
                let refusal: IngressRefusal? =
                    if state.isDraining {
                        .shuttingDown
                    } else if state.admission.refusal(ofCost: configuration.costs.whipBypass, at: .monotonic) != nil {
                        .capacity
                    } else { nil }
                if let refusal {
                    state.table.ended(plan.ingressID, resource: plan.resourceID)
                    return .failure(refusal)
                }
                state.admission.begin(plan.resourceID, cost: configuration.costs.whipBypass, at: .monotonic)
                let session = BypassSession(plan, publisher: id, worker: self, startedAt: Self.unixNanoseconds)
                state.bypasses[plan.resourceID] = session
                return .success(.begun(session))
            case .resumes(let resource), .takesOver(let resource, _):
                guard let session = state.bypasses[resource] else { return .success(.closing) }
                session.changes(to: id)
                return .success(.joined(session))
            case .isBusy: return .failure(.busy)
            case .waits: return .success(.closing)
            }
        }
        return try result.get()
    }

    /// Serves the topics of a session without a process.
    private func register(_ session: BypassSession) async throws(BusError) -> [RPCRegistration] {
        let update = try await handlers.register(IngressHandler.updateIngress, topic: session.ingressID) {
            [self] (_: Livekit_UpdateIngressRequest) throws(RPCError) in
            stop(session, "the ingress was changed")
            return session.info
        }
        do throws(BusError) {
            let delete = try await handlers.register(IngressHandler.deleteIngress, topic: session.ingressID) {
                [self] (_: Livekit_DeleteIngressRequest) throws(RPCError) in
                stop(session, "the ingress was deleted")
                return session.info
            }
            return [update, delete]
        } catch {
            await update.close()
            throw error
        }
    }

    /// Ends a session without a process.
    func stop(_ session: BypassSession, _ why: String) {
        state.withLock { $0.table.closes(session.ingressID, resource: session.resourceID) }
        session.close(why)
    }

    func report(_ session: BypassSession) {
        let info = session.info
        logger.info(
            "the state of a session",
            metadata: session.metadata.merging(["status": "\(info.status.name)", "error": "\(info.error)"]) { $1 }
        )
        reporter.report(session.ingressID, info)
    }

    /// A publisher is lost whose session knows by itself how long to wait.
    func lost(_ id: SessionTable.PublisherID, ingress: String, _ reason: String) {
        logger.info(
            "a publisher was lost, and is waited for",
            metadata: ["ingress": "\(ingress)", "reason": "\(reason)"]
        )
        state.withLock { _ = $0.table.left(id, ingress: ingress, isAwaited: true, at: .monotonic) }
    }

    /// The publisher that was lost is heard again; its new number.
    func returned(ingress: String, resource: String) -> SessionTable.PublisherID {
        state.withLock { state in
            let id = state.nextPublisher
            state.nextPublisher += 1
            if !state.table.hasPublisher(ingress) { _ = state.table.admit(id, ingress: ingress, resource: resource) }
            return id
        }
    }

    /// A session without a process is over.
    func ended(_ session: BypassSession, _ reason: WHIPEnd) {
        state.withLock { state in
            state.table.closes(session.ingressID, resource: session.resourceID)
            state.admission.end(session.resourceID)
        }
        logger.info("a session has ended", metadata: session.metadata.merging(["reason": "\(reason)"]) { $1 })
        report(session)
        metrics.ended(.whipInput, isTranscoding: false)
        session.done()
        settle(session.resourceID)
    }
}

extension BypassSession {
    /// Names the session in the log.
    var metadata: Logger.Metadata { ["ingress": "\(ingressID)", "session": "\(resourceID)"] }
}
