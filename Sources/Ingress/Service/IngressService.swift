import FoundationEssentials
public import LiveKitProtocol
public import Logging
public import MessageBus

/// The service `livekit.Ingress`, method by method; who may call it is checked by whoever mounts it (`ingressAdmin`).
///
/// What is published to is only written down: a worker asks ``IngressInfoService`` when somebody publishes. For a URL a worker is
/// found, which begins to pull at once.
public final class IngressService: Sendable {
    let ledger: IngressLedger
    private let addresses: IngressAddresses
    /// Asks all workers.
    let workers: RPCClient
    private let sessions: RPCClient
    private let startOptions: CallOptions
    let logger: Logger

    /// A service that has to be started.
    ///
    /// - Parameters:
    ///   - addresses: where publishers are told to go.
    ///   - startOptions: how workers are asked to pull a URL.
    public init(
        bus: any Bus,
        ledger: IngressLedger,
        addresses: IngressAddresses,
        startOptions: CallOptions = IngressService.startOptions,
        logger: Logger
    ) {
        self.ledger = ledger
        self.addresses = addresses
        self.startOptions = startOptions
        self.logger = logger
        workers = RPCClient(bus: bus, service: IngressInternal.service, logger: logger)
        sessions = RPCClient(bus: bus, service: IngressHandler.service, logger: logger)
    }

    /// How workers are asked to pull a URL: as LiveKit's server does; a worker with room offers 1, the most there is, and is
    /// taken at once.
    public static let startOptions = CallOptions(
        selection: Selection(shortCircuit: .milliseconds(200), maximumAffinity: 1),
        retry: .standard
    )

    /// Listens for answers from now on.
    public func start() async throws(BusError) {
        try await workers.start()
        try await sessions.start()
    }

    /// Calls nobody any more.
    public func shutdown() async {
        await workers.shutdown()
        await sessions.shutdown()
    }

    // MARK: - The methods of the API

    /// Makes an ingress; the answer has its stream key, or how the pulling of its URL begins.
    public func createIngress(
        _ request: Livekit_CreateIngressRequest
    ) async throws(TwirpError) -> Livekit_IngressInfo {
        let info = try Livekit_IngressInfo(
            request,
            id: .random(),
            streamKey: Self.randomStreamKey(),
            addresses: addresses
        )
        if info.inputType == .urlInput { return try await pull(info) }
        return try await ledger.create(info)
    }

    /// Changes an ingress that is published to; whoever publishes just then is cut off, and what comes next is as it is now.
    public func updateIngress(
        _ request: Livekit_UpdateIngressRequest
    ) async throws(TwirpError) -> Livekit_IngressInfo {
        let before = try await ledger.info(of: request.ingressID)
        _ = try before.changed(by: request)
        if before.state.isLive {
            await end(before, "updated") { (sessions) async throws(RPCError) in
                try await sessions.call(
                    IngressHandler.updateIngress,
                    topic: before.ingressID,
                    request,
                    options: .standard
                )
            }
        }
        let stored = try await ledger.update(before.ingressID) { info in
            // Looked over above; what became wrong since is left as it is.
            guard var changed = try? info.changed(by: request) else { return nil }
            if changed.state.status == .endpointError {
                changed.state.status = .endpointInactive
                changed.state.error = ""
            }
            return changed
        }
        if let stored { return stored }
        // Either it is gone by now, which this says, or it has become something that cannot be changed so.
        _ = try await ledger.info(of: before.ingressID)
        throw TwirpError(.aborted, "the ingress was changed by somebody else at the same time: ask again")
    }

    /// Lists ingresses, by room or identifier.
    public func listIngress(
        _ request: Livekit_ListIngressRequest
    ) async throws(TwirpError) -> Livekit_ListIngressResponse {
        try await ledger.list(request)
    }

    /// Forgets an ingress; whoever publishes is cut off.
    public func deleteIngress(
        _ request: Livekit_DeleteIngressRequest
    ) async throws(TwirpError) -> Livekit_IngressInfo {
        let before = try await ledger.info(of: request.ingressID)
        if before.state.isLive {
            await end(before, "deleted") { (sessions) async throws(RPCError) in
                try await sessions.call(
                    IngressHandler.deleteIngress,
                    topic: before.ingressID,
                    request,
                    options: .standard
                )
            }
        }
        var info = try await ledger.delete(before.ingressID, now: Self.unixNanoseconds)
        info.state.status = .endpointInactive
        return info
    }

    // MARK: - Workers

    /// Finds a worker that pulls a URL.
    private func pull(_ info: Livekit_IngressInfo) async throws(TwirpError) -> Livekit_IngressInfo {
        var call = Rpc_StartIngressRequest()
        call.info = info
        var started: Livekit_IngressInfo
        do throws(RPCError) {
            started = try await workers.call(IngressInternal.startIngress, call, options: startOptions)
        } catch {
            throw error == .noResponse ? await nobodyAnswers() : TwirpError(error)
        }
        started.ingressID = info.ingressID
        do throws(TwirpError) { _ = try await ledger.create(started) } catch {
            // It runs, and its worker reports it too.
            logger.warning(
                "a new ingress could not be stored",
                metadata: ["ingress": "\(info.ingressID)", "error": "\(error)"]
            )
        }
        return started
    }

    /// Workers that have no room for another session stay silent; asked otherwise, they say that they are there.
    private func nobodyAnswers() async -> TwirpError {
        let answers =
            (try? await workers.callAll(
                IngressInternal.listActiveIngress,
                Rpc_ListActiveIngressRequest(),
                timeout: .seconds(1)
            )) ?? []
        let text = RPCError.noResponse.message
        guard !answers.isEmpty else { return TwirpError(.unavailable, "\(text): no ingress worker is connected") }
        let running = answers.map { max($0.ingressIds.count, $0.ingressSessions.count) }.reduce(0, +)
        return TwirpError(
            .unavailable,
            "\(text): none of the \(answers.count) ingress workers can take another ingress beside the \(running) they"
                + " run (not enough CPU, or shutting down)"
        )
    }

    /// Asks a session to end.
    ///
    /// One that does not answer is gone, or will find that its reports are not taken any more: that is no reason to refuse the API's caller.
    private func end(
        _ info: Livekit_IngressInfo,
        _ done: String,
        _ call: (RPCClient) async throws(RPCError) -> Livekit_IngressState
    ) async {
        do throws(RPCError) { _ = try await call(sessions) } catch {
            logger.warning(
                "the session of an ingress that is \(done) does not answer",
                metadata: [
                    "ingress": "\(info.ingressID)", "resource": "\(info.state.resourceID)", "error": "\(error)",
                ]
            )
        }
    }

    /// Twelve characters of the alphabet of identifiers, 69 bits, without a prefix.
    private static func randomStreamKey() -> String {
        String(IngressID.random().rawValue.dropFirst(IngressID.prefix.count))
    }

    static var unixNanoseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}
