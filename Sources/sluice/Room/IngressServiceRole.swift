import Ingress
import LiveKitProtocol
import Logging
import MessageBus
import RoomServer
import ServiceLifecycle
import SwiftProtobuf
import Synchronization

/// The ingress API beside a room server, over whichever bus leads to the workers.
///
/// Its router goes into the server, and it goes to work when it is given the server: calls that come in between are told so.
final class IngressServiceRole: Service {
    private static let name = "livekit.Ingress"

    private let bus: any Bus
    private let store: any IngressStore
    private let addresses: IngressAddresses
    private let logger: Logger
    private let service = Mutex<IngressService?>(nil)
    private let reports = Mutex<IngressInfoService?>(nil)

    init(bus: any Bus, store: any IngressStore, addresses: IngressAddresses, logger: Logger) {
        self.bus = bus
        self.store = store
        self.addresses = addresses
        self.logger = logger
    }

    /// The methods of `livekit.Ingress`, for callers with the grant `ingressAdmin`.
    func router() -> TwirpRouter {
        var router = TwirpRouter()
        add(&router, "CreateIngress", IngressService.createIngress)
        add(&router, "UpdateIngress", IngressService.updateIngress)
        add(&router, "ListIngress", IngressService.listIngress)
        add(&router, "DeleteIngress", IngressService.deleteIngress)
        return router
    }

    /// Begins to answer, and to take the reports of workers, which the webhooks of `server` tell on.
    func open(_ server: RoomServer) async throws {
        for (name, url) in [("rtmp_base_url", addresses.rtmp), ("whip_base_url", addresses.whip)] where url.isEmpty {
            logger.notice("ingress.\(name) is not set: who makes an ingress is not told where to publish")
        }
        let ledger = IngressLedger(store: store, logger: logger) { [webhooks = server.webhooks] event, info in
            var webhook = Livekit_WebhookEvent()
            webhook.event = event
            webhook.ingressInfo = info
            webhooks.notify(webhook)
        }
        let reports = IngressInfoService(bus: bus, ledger: ledger, logger: logger)
        let service = IngressService(bus: bus, ledger: ledger, addresses: addresses, logger: logger)
        try await service.start()
        try await reports.start()
        self.reports.withLock { $0 = reports }
        self.service.withLock { $0 = service }
    }

    /// Answers, and looks after sessions whose workers are gone, until it is shut down.
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
        _ call: @escaping @Sendable (IngressService) -> @Sendable (Request) async throws(TwirpError) -> Response
    ) {
        router.register(service: Self.name, method: method) { (claims: ClaimGrants, _: Request) in
            claims.video?.ingressAdmin ?? false
        } handler: { [self] (request: Request) async throws(TwirpError) -> Response in
            guard let service = service.withLock({ $0 }) else {
                throw TwirpError(.unavailable, "the ingress service is starting")
            }
            return try await call(service)(request)
        }
    }
}
