import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import Synchronization

// MARK: - Letting publishers in

extension IngressWorker {
    /// Lets a publisher in whose media goes to a session's process, or says why not.
    func admit(_ attempt: PublishAttempt) async throws(IngressRefusal) -> PublisherInput {
        do throws(IngressRefusal) {
            let ingress = try await ingress(of: attempt)
            return try await admit(attempt, to: ingress)
        } catch {
            refused(attempt, error)
            throw error
        }
    }

    /// Tells operators of a publisher that was not let in.
    func refused(_ attempt: PublishAttempt, _ refusal: IngressRefusal) {
        metrics.published(attempt.input, status: refusal.status)
        // There may be thousands of those; the first ones have been logged.
        let isHeldBack = if case .heldBack = refusal { true } else { false }
        logger.log(
            level: isHeldBack ? .debug : .info,
            "a publisher is refused",
            metadata: [
                "input": "\(attempt.input.name)", "address": "\(attempt.address)", "reason": "\(refusal)",
            ]
        )
    }

    /// The ingress of a stream key, fit to be published to.
    func ingress(of attempt: PublishAttempt) async throws(IngressRefusal) -> KnownIngress {
        guard !attempt.streamKey.isEmpty else { throw .missingStreamKey }
        guard attempt.streamKey.utf8.count <= Self.longestKey else { throw .notFound }
        let response = try await response(to: attempt)
        let info = response.info
        guard !info.hasEnabled || info.enabled else { throw .disabled }
        let prefix = attempt.input == .whipInput ? "WH_" : "RT_"
        let plan = try plan(of: info, resource: Self.resource(prefix))
        return KnownIngress(
            info: info,
            plan: plan,
            url: response.wsURL.isEmpty ? configuration.url : response.wsURL,
            token: response.token.isEmpty ? token(for: info, resource: plan.resourceID) : response.token
        )
    }

    /// What room servers say of a stream key, unless too many wrong ones came from the same address.
    private func response(to attempt: PublishAttempt) async throws(IngressRefusal) -> Rpc_GetIngressInfoResponse {
        let (key, origin) = (attempt.streamKey, attempt.origin)
        let wait = state.withLock { $0.keys.ask(key, from: origin, at: .monotonic) }
        if let wait { throw .heldBack(wait) }
        do throws(IngressRefusal) {
            let response = try await reporter.ingress(streamKey: key)
            guard response.hasInfo else { throw .notFound }
            guard response.info.inputType == attempt.input else { throw .wrongInput(response.info.inputType) }
            state.withLock { $0.keys.isRight(key, from: origin, at: .monotonic) }
            return response
        } catch {
            state.withLock { state in
                switch error {
                case .notFound, .wrongInput: state.keys.isWrong(key)
                default: state.keys.noAnswer(from: origin, at: .monotonic)
                }
            }
            throw error
        }
    }

    /// The plan of a session.
    func plan(of info: Livekit_IngressInfo, resource: String) throws(IngressRefusal) -> IngressPlan {
        do throws(TwirpError) {
            return try IngressPlan(info: info, resourceID: resource)
        } catch {
            throw error.code == .permissionDenied ? .disabled : .invalid(error.message)
        }
    }

    /// A new name for a session; `prefix` says what comes in.
    static func resource(_ prefix: String) -> String { prefix + IngressNodeID.random().rawValue.dropFirst(3) }

    private func admit(
        _ attempt: PublishAttempt,
        to ingress: KnownIngress
    ) async throws(IngressRefusal) -> PublisherInput {
        let deadline = Instant.monotonic + Self.closingPatience
        while true {
            switch try take(attempt, ingress) {
            case .begun(let id, let session):
                session.attach(id, disconnect: attempt.disconnect)
                metrics.published(attempt.input, status: 200)
                try await begin(session)
                return PublisherInput(id, session: session, worker: self, departure: attempt.departure)
            case .joined(let id, let session):
                session.attach(id, disconnect: attempt.disconnect)
                metrics.published(attempt.input, status: 200)
                logger.info("a session goes on with a new publisher", metadata: session.metadata)
                return PublisherInput(id, session: session, worker: self, departure: attempt.departure)
            case .closing:
                try await waitForClosing(until: deadline)
            }
        }
    }

    /// What a publisher gets.
    enum Taking {
        /// A session of its own, which has to be begun.
        case begun(SessionTable.PublisherID, HostedSession)
        /// One that is there.
        case joined(SessionTable.PublisherID, HostedSession)
        /// Nothing, as long as the session before has not ended.
        case closing
    }

    /// Waits a moment for the end of the session before, at most until `deadline`.
    func waitForClosing(until deadline: Instant) async throws(IngressRefusal) {
        guard Instant.monotonic < deadline else { throw .closing }
        do { try await Task.sleep(for: .milliseconds(50)) } catch { throw .closing }
    }

    /// Finds or makes the publisher's session.
    func take(_ attempt: PublishAttempt, _ ingress: KnownIngress) throws(IngressRefusal) -> Taking {
        let result: Result<Taking, IngressRefusal> = state.withLock { state in
            let id = state.nextPublisher
            state.nextPublisher += 1
            let verdict = state.table.admit(id, ingress: ingress.info.ingressID, resource: ingress.plan.resourceID)
            switch verdict {
            case .begins:
                let session = HostedSession(
                    description(of: ingress),
                    input: attempt.input,
                    startedAt: Self.unixNanoseconds
                )
                if let refusal = Self.add(session, cost: configuration.costs.cost(of: attempt.input), to: &state) {
                    state.table.ended(ingress.info.ingressID, resource: ingress.plan.resourceID)
                    session.done()
                    return .failure(refusal)
                }
                return .success(.begun(id, session))
            case .resumes(let resource), .takesOver(let resource, _):
                guard let session = state.sessions[resource] else { return .success(.closing) }
                return .success(.joined(id, session))
            case .isBusy: return .failure(.busy)
            case .waits: return .success(.closing)
            }
        }
        return try result.get()
    }

    /// Takes a session, if there is room for it.
    static func add(_ session: HostedSession, cost: Double, to state: inout State) -> IngressRefusal? {
        if state.isDraining { return .shuttingDown }
        if state.admission.refusal(ofCost: cost, at: .monotonic) != nil { return .capacity }
        state.admission.begin(session.resourceID, cost: cost, at: .monotonic)
        state.sessions[session.resourceID] = session
        return nil
    }

    func description(of ingress: KnownIngress) -> SessionAssignment {
        SessionAssignment(
            plan: ingress.plan,
            url: ingress.url,
            token: ingress.token,
            // The worker says when it has waited long enough; this is for a worker that is gone.
            grace: configuration.grace + .seconds(10),
            allowedNetworks: configuration.allowedNetworks
        )
    }

    /// Who may publish in the room, as LiveKit's ingress does, and nothing else.
    func token(for info: Livekit_IngressInfo, resource: String) -> String {
        var grant = VideoGrant.join(info.roomName)
        grant.canPublish = true
        grant.canSubscribe = false
        grant.canUpdateOwnMetadata = true
        var token = AccessToken(
            identity: info.participantIdentity,
            name: info.participantName,
            video: grant,
            timeToLive: 24 * 60 * 60
        )
        token.grants.kind = .ingress
        token.grants.metadata = info.participantMetadata
        token.grants.attributes = ["ingress.ingressID": info.ingressID, "ingress.resourceID": resource]
        return token.signed(key: configuration.apiKey, secret: configuration.apiSecret)
    }

    /// How long a publisher waits for the end of the session before.
    static let closingPatience = Duration.seconds(8)
    private static let longestKey = 256
}

/// An ingress that somebody may publish to now.
struct KnownIngress: Sendable {
    var info: Livekit_IngressInfo
    var plan: IngressPlan
    /// The room server.
    var url: String
    /// The participant's, never logged.
    var token: String
}

extension Livekit_IngressInput {
    /// The name in LiveKit's metrics.
    var name: String {
        switch self {
        case .rtmpInput: "rtmp"
        case .whipInput: "whip"
        case .urlInput: "url"
        case .UNRECOGNIZED(let number): "\(number)"
        }
    }

    /// The name that people know it by.
    var title: String {
        switch self {
        case .rtmpInput: "RTMP"
        case .whipInput: "WHIP"
        case .urlInput: "URL"
        case .UNRECOGNIZED(let number): "input \(number)"
        }
    }
}
