import Egress
import LiveKitProtocol
import Logging
import MessageBus
import RoomServer
import ServiceLifecycle
import Synchronization

/// The egress API beside a room server, over whichever bus leads to the workers.
///
/// Its router goes into the server, and it goes to work when it is given the server: calls that come in between are told so.
final class EgressServiceRole: Service {
    private let bus: any Bus
    private let store: any EgressInfoStore
    private let keys: APIKeys
    private let logger: Logger
    private let service = ServiceBeside<EgressService>("livekit.Egress") { $0.roomRecord }
    private let reports = Mutex<IOInfoService?>(nil)

    init(bus: any Bus, store: any EgressInfoStore, keys: APIKeys, logger: Logger) {
        self.bus = bus
        self.store = store
        self.keys = keys
        self.logger = logger
    }

    /// The methods of `livekit.Egress`, for callers with the grant `roomRecord`.
    func router() -> TwirpRouter {
        var router = TwirpRouter()
        service.add("StartRoomCompositeEgress", to: &router, EgressService.startRoomCompositeEgress)
        service.add("StartEgress", to: &router, EgressService.startEgress)
        service.add("StartWebEgress", to: &router, EgressService.startWebEgress)
        service.add("StartParticipantEgress", to: &router, EgressService.startParticipantEgress)
        service.add("StartTrackCompositeEgress", to: &router, EgressService.startTrackCompositeEgress)
        service.add("StartTrackEgress", to: &router, EgressService.startTrackEgress)
        service.add("UpdateLayout", to: &router, EgressService.updateLayout)
        service.add("UpdateStream", to: &router, EgressService.updateStream)
        service.add("ListEgress", to: &router, EgressService.listEgress)
        service.add("StopEgress", to: &router, EgressService.stopEgress)
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
        self.service.open(service)
        server.onAutoEgress { request, roomID, roomName in
            // Nobody waits for it: what comes of it is told by webhooks.
            Task { await service.startAutomatically(request, roomID: roomID, roomName: roomName) }
        }
    }

    /// Tidies the store until it is shut down.
    func run() async throws {
        await service.runUntilShutdown {
            await $0.sweep()
        } close: {
            await reports.withLock { $0 }?.shutdown()
            await $0.shutdown()
        }
    }
}
