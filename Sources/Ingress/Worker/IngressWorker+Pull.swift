import JobProcess
import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import SwiftProtobuf
import Synchronization

// MARK: - URLs, and who is active

extension IngressWorker {
    /// How well a URL suits this worker: it does if there is room for it.
    func affinity(for request: Rpc_StartIngressRequest) -> Float {
        let cost = configuration.costs.url
        return state.withLock { state in
            if state.isDraining { return -1 }
            // Asked for again: nobody else may start it a second time.
            if state.sessions.values.contains(where: { $0.ingressID == request.info.ingressID }) { return 1 }
            return state.admission.refusal(ofCost: cost, at: .monotonic) == nil ? 1 : -1
        }
    }

    /// Begins to pull a URL, and answers how its session stands.
    func pull(_ request: Rpc_StartIngressRequest) async throws(RPCError) -> Livekit_IngressInfo {
        do throws(IngressRefusal) {
            return try await begin(pull: request)
        } catch {
            metrics.published(.urlInput, status: error.status)
            logger.info(
                "a URL is not pulled",
                metadata: ["ingress": "\(request.info.ingressID.prefix(64))", "reason": "\(error)"]
            )
            throw RPCError(error)
        }
    }

    private func begin(pull request: Rpc_StartIngressRequest) async throws(IngressRefusal) -> Livekit_IngressInfo {
        var info = request.info
        guard info.ingressID.hasPrefix(IngressID.prefix), info.ingressID.utf8.count <= 64,
            !info.ingressID.contains("/")
        else { throw .invalid("ingress_id must be \(IngressID.prefix) and a name") }
        guard info.inputType == .urlInput else { throw .invalid("only URLs are pulled, not \(info.inputType.name)") }
        let plan = try plan(of: info, resource: Self.resource("UR_"))
        let known = KnownIngress(
            info: info,
            plan: plan,
            url: request.wsURL.isEmpty ? configuration.url : request.wsURL,
            token: request.token.isEmpty ? token(for: info, resource: plan.resourceID) : request.token
        )
        let (session, isNew) = try take(pull: known)
        info.state = session.info
        guard isNew else { return info }
        do throws(RPCError) {
            try await reporter.create(info)
        } catch {
            logger.error("no room server takes note of the ingress", metadata: session.metadata)
            session.failed("no room server takes note of it", unixNanoseconds: Self.unixNanoseconds)
            conclude(session)
            throw .unavailable
        }
        try await begin(session)
        metrics.published(.urlInput, status: 200)
        return info
    }

    /// The session of a URL; it may be there already, because its start was asked for twice.
    private func take(pull ingress: KnownIngress) throws(IngressRefusal) -> (HostedSession, isNew: Bool) {
        let result: Result<(HostedSession, isNew: Bool), IngressRefusal> = state.withLock { state in
            let id = ingress.info.ingressID
            if let session = state.sessions.values.first(where: { $0.ingressID == id }) {
                return .success((session, false))
            }
            let session = HostedSession(description(of: ingress), input: .urlInput, startedAt: Self.unixNanoseconds)
            if let refusal = Self.add(session, cost: configuration.costs.url, to: &state) {
                session.done()
                return .failure(refusal)
            }
            return .success((session, true))
        }
        return try result.get()
    }

    /// What runs on this worker.
    var active: Rpc_ListActiveIngressResponse {
        var response = Rpc_ListActiveIngressResponse()
        var all = sessions.map { ($0.ingressID, $0.resourceID) }
        all += bypasses.map { ($0.ingressID, $0.resourceID) }
        response.ingressIds = all.map(\.0)
        response.ingressSessions = all.map { ids in
            .with { ($0.ingressID, $0.resourceID) = ids }
        }
        return response
    }
}
