import Ingress
import LiveKitProtocol
import Logging
import MessageBus
import RoomServer
import ServiceLifecycle
import Synchronization

/// The ingress API beside a room server, over whichever bus leads to the workers.
///
/// Its router goes into the server, and it goes to work when it is given the server: calls that come in between are told so.
final class IngressServiceRole: Service {
    private let bus: any Bus
    private let store: any IngressStore
    private let addresses: IngressAddresses
    private let logger: Logger
    private let service = ServiceBeside<IngressService>("livekit.Ingress") { $0.ingressAdmin }
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
        service.add("CreateIngress", to: &router, IngressService.createIngress)
        service.add("UpdateIngress", to: &router, IngressService.updateIngress)
        service.add("ListIngress", to: &router, IngressService.listIngress)
        service.add("DeleteIngress", to: &router, IngressService.deleteIngress)
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
        self.service.open(service)
    }

    /// Answers, and looks after sessions whose workers are gone, until it is shut down.
    func run() async throws {
        await service.runUntilShutdown {
            await $0.sweep()
        } close: {
            await reports.withLock { $0 }?.shutdown()
            await $0.shutdown()
        }
    }
}
