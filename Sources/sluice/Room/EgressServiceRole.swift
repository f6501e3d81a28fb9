import Egress
import LiveKitProtocol
import Logging
import MessageBus
import RoomServer
import ServiceLifecycle
import SwiftProtobuf
import Synchronization

/// The egress API beside a room server, over whichever bus leads to the workers.
///
/// Its router goes into the server, and it goes to work when it is given the server: calls that come in between are told so.
final class EgressServiceRole: Service {
    private static let name = "livekit.Egress"

    private let bus: any Bus
    private let store: any EgressInfoStore
    private let keys: APIKeys
    private let logger: Logger
    private let service = Mutex<EgressService?>(nil)

    init(bus: any Bus, store: any EgressInfoStore, keys: APIKeys, logger: Logger) {
        self.bus = bus
        self.store = store
        self.keys = keys
        self.logger = logger
    }

    /// The methods of `livekit.Egress`, for callers with the grant `roomRecord`.
    func router() -> TwirpRouter {
        var router = TwirpRouter()
        add(&router, "StartRoomCompositeEgress", EgressService.startRoomCompositeEgress)
        add(&router, "StartEgress", EgressService.startEgress)
        add(&router, "StartWebEgress", EgressService.startWebEgress)
        add(&router, "StartParticipantEgress", EgressService.startParticipantEgress)
        add(&router, "StartTrackCompositeEgress", EgressService.startTrackCompositeEgress)
        add(&router, "StartTrackEgress", EgressService.startTrackEgress)
        add(&router, "UpdateLayout", EgressService.updateLayout)
        add(&router, "UpdateStream", EgressService.updateStream)
        add(&router, "ListEgress", EgressService.listEgress)
        add(&router, "StopEgress", EgressService.stopEgress)
        return router
    }

    /// Begins to answer, for the rooms of `server`.
    ///
    /// Workers can report from then on as well. Call before the server runs, so that no room is created unseen.
    func open(_ server: RoomServer) async throws {
        let ledger = EgressLedger(store: store, logger: logger) { [webhooks = server.webhooks] event, info, others in
            var webhook = Livekit_WebhookEvent()
            webhook.event = event
            webhook.egressInfo = info
            webhook.room.name = info.roomName
            webhook.room.sid = info.roomID
            webhooks.notify(webhook, others: others)
        }
        let reports = IOInfoService(bus: bus, ledger: ledger, logger: logger)
        let service = EgressService(
            bus: bus,
            ledger: ledger,
            rooms: EgressService.Rooms(
                roomID: { [weak server] name in
                    try? await server?.rooms(named: [name]).first { $0.name == name }?.sid
                },
                updateParticipant: { [weak server] request async throws(TwirpError) in
                    try await server?.updateParticipant(request)
                }
            ),
            signingKeys: Set(keys.pairs.map(\.key)),
            logger: logger
        )
        try await service.start()
        try await reports.start()
        self.reports.withLock { $0 = reports }
        self.service.withLock { $0 = service }
        server.onAutoEgress { request, roomID, roomName in
            // Nobody waits for it: what comes of it is told by webhooks.
            Task { await service.startAutomatically(request, roomID: roomID, roomName: roomName) }
        }
    }

    private let reports = Mutex<IOInfoService?>(nil)

    /// Tidies the store until it is shut down.
    func run() async throws {
        let service = service.withLock { $0 }
        await withTaskGroup { group in
            group.addTask { await service?.sweep() }
            // Ends in one of two ways, and both mean the same here.
            try? await gracefulShutdown()
            group.cancelAll()
        }
        await reports.withLock { $0 }?.shutdown()
        await service?.shutdown()
    }

    private func add<Request: Message, Response: Message>(
        _ router: inout TwirpRouter,
        _ method: String,
        _ call: @escaping @Sendable (EgressService) -> @Sendable (Request) async throws(TwirpError) -> Response
    ) {
        router.register(service: Self.name, method: method) { (claims: ClaimGrants, _: Request) in
            claims.video?.roomRecord ?? false
        } handler: { [self] (request: Request) async throws(TwirpError) -> Response in
            guard let service = service.withLock({ $0 }) else {
                throw TwirpError(.unavailable, "the egress service is starting")
            }
            return try await call(service)(request)
        }
    }
}
