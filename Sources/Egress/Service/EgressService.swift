import FoundationEssentials
public import LiveKitProtocol
public import Logging
public import MessageBus

/// The service `livekit.Egress`, method by method; who may call it is checked by whoever mounts it (`roomRecord`).
///
/// It looks requests over, finds a worker for them, and keeps what is known of every egress. The workers are reached by the bus,
/// in this process or others; they report to ``IOInfoService``, which shares the ledger.
public final class EgressService: Sendable {
    /// What the service needs of the rooms.
    public struct Rooms: Sendable {
        /// The identifier of the room of that name, nil if there is none: only rooms that exist are recorded.
        public var roomID: @Sendable (_ name: String) async -> String?
        /// Changes a participant, here the recorder.
        public var updateParticipant: @Sendable (Livekit_UpdateParticipantRequest) async throws(TwirpError) -> Void

        /// The rooms of a server.
        public init(
            roomID: @escaping @Sendable (_ name: String) async -> String?,
            updateParticipant: @escaping @Sendable (Livekit_UpdateParticipantRequest) async throws(TwirpError) -> Void
        ) {
            self.roomID = roomID
            self.updateParticipant = updateParticipant
        }
    }

    let ledger: EgressLedger
    let handlers: RPCClient
    private let workers: RPCClient
    private let rooms: Rooms
    private let signingKeys: Set<String>
    private let startOptions: CallOptions
    private let logger: Logger

    /// A service that has to be started.
    ///
    /// - Parameters:
    ///   - signingKeys: the API keys that a request's own webhook can name.
    ///   - startOptions: how workers are asked to take an egress.
    public init(
        bus: any Bus,
        ledger: EgressLedger,
        rooms: Rooms,
        signingKeys: Set<String>,
        startOptions: CallOptions = EgressService.startOptions,
        logger: Logger
    ) {
        self.ledger = ledger
        self.rooms = rooms
        self.signingKeys = signingKeys
        self.startOptions = startOptions
        self.logger = logger
        workers = RPCClient(bus: bus, service: EgressInternal.service, logger: logger)
        handlers = RPCClient(bus: bus, service: EgressHandler.service, logger: logger)
    }

    /// How workers are asked to take an egress: as LiveKit's server does, with shorter waits, so that whoever calls knows within
    /// seven seconds that nobody is there.
    public static let startOptions = CallOptions(
        selection: .startEgress,
        retry: RetryPolicy(
            timeouts: [.seconds(10), .seconds(20), .seconds(40)],
            codes: [.deadlineExceeded, .resourceExhausted, .unavailable],
            wait: .milliseconds(500)
        )
    )

    /// Listens for answers from now on.
    public func start() async throws(BusError) {
        try await workers.start()
        try await handlers.start()
    }

    /// Calls nobody any more.
    public func shutdown() async {
        await workers.shutdown()
        await handlers.shutdown()
    }

    /// Forgets egresses a day after their end, looking twice an hour; returns when its task is cancelled.
    public func sweep() async {
        while !Task.isCancelled {
            let dayAgo = Self.unixNanoseconds - 24 * 3600 * 1_000_000_000
            do throws(EgressStoreError) { try await ledger.store.forget(endedBefore: dayAgo) } catch {
                logger.warning("old egresses could not be forgotten", metadata: ["error": "\(error)"])
            }
            do { try await Task.sleep(for: .seconds(30 * 60)) } catch { return }
        }
    }

    /// Starts an egress that nobody has asked for by the API: one that a room was created with.
    ///
    /// - Returns: the egress; one that could not be started is told by a webhook.
    @discardableResult
    public func startAutomatically(
        _ request: Rpc_StartEgressRequest.OneOf_Request,
        roomID: String,
        roomName: String
    ) async -> Livekit_EgressInfo {
        let id = EgressID.random().rawValue
        do throws(TwirpError) {
            return try await launch(request, id: id, roomID: roomID)
        } catch {
            logger.warning(
                "an automatic egress failed to start",
                metadata: ["room": "\(roomName)", "error": "\(error)"]
            )
            var info = Livekit_EgressInfo()
            info.egressID = id
            info.roomID = roomID
            info.roomName = roomName
            info.request = request.inInfo
            info.status = .egressFailed
            info.error = error.message
            info.errorCode = Int32(error.httpStatus)
            info.updatedAt = Self.unixNanoseconds
            info.endedAt = info.updatedAt
            ledger.refuse(info)
            return info
        }
    }

    /// Starts an egress that a caller asks for.
    func start(_ request: Rpc_StartEgressRequest.OneOf_Request) async throws(TwirpError) -> Livekit_EgressInfo {
        let plan = try EgressPlan(request, defaults: .permissive)
        for webhook in request.inInfo.webhooks where !webhook.signingKey.isEmpty {
            guard signingKeys.contains(webhook.signingKey) else {
                throw .invalid("webhooks.signing_key", "it is not one of the API keys of this server")
            }
        }
        guard let roomID = await rooms.roomID(plan.roomName) else {
            throw TwirpError(.notFound, "requested room does not exist")
        }
        return try await launch(request, id: EgressID.random().rawValue, roomID: roomID)
    }

    private func launch(
        _ request: Rpc_StartEgressRequest.OneOf_Request,
        id: String,
        roomID: String
    ) async throws(TwirpError) -> Livekit_EgressInfo {
        var call = Rpc_StartEgressRequest()
        call.egressID = id
        call.roomID = roomID
        call.request = request
        let info: Livekit_EgressInfo
        do throws(RPCError) {
            info = try await workers.call(EgressInternal.startEgress, call, options: startOptions).redacted()
        } catch {
            throw error == .noResponse ? await nobodyAnswers() : TwirpError(error)
        }
        do throws(EgressStoreError) { try await ledger.create(info) } catch {
            // It runs, and its worker reports it too.
            logger.warning("a new egress could not be stored", metadata: ["egress": "\(id)", "error": "\(error)"])
        }
        return info
    }

    /// Workers that have no room for another egress stay silent; asked otherwise, they say that they are there.
    private func nobodyAnswers() async -> TwirpError {
        let answers =
            (try? await workers.callAll(
                EgressInternal.listActiveEgress,
                Rpc_ListActiveEgressRequest(),
                timeout: .seconds(1)
            )) ?? []
        let text = RPCError.noResponse.message
        guard !answers.isEmpty else { return TwirpError(.unavailable, "\(text): no egress worker is connected") }
        let running = answers.map(\.egressIds.count).reduce(0, +)
        return TwirpError(
            .unavailable,
            "\(text): none of the \(answers.count) egress workers can take another egress beside the \(running) they"
                + " run (not enough CPU, or shutting down)"
        )
    }

    /// Changes a participant of a room.
    func updateParticipant(_ request: Livekit_UpdateParticipantRequest) async throws(TwirpError) {
        try await rooms.updateParticipant(request)
    }

    private static var unixNanoseconds: Int64 { Int64(Date().timeIntervalSince1970 * 1e9) }
}

extension Rpc_StartEgressRequest.OneOf_Request {
    /// The request as an `EgressInfo` repeats it.
    var inInfo: Livekit_EgressInfo.OneOf_Request {
        switch self {
        case .roomComposite(let request): .roomComposite(request)
        case .trackComposite(let request): .trackComposite(request)
        case .track(let request): .track(request)
        case .web(let request): .web(request)
        case .participant(let request): .participant(request)
        case .egress(let request): .egress(request)
        case .replay(let request): .replay(request)
        }
    }
}

extension Livekit_EgressInfo.OneOf_Request {
    fileprivate var webhooks: [Livekit_WebhookConfig] {
        var info = Livekit_EgressInfo()
        info.request = self
        return info.requestedWebhooks
    }
}
