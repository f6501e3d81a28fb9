public import LiveKitProtocol
public import Logging
import Persistence
import Synchronization

/// Takes what workers report of egresses: without secrets, stored, then told, each change once and in order.
public final class EgressLedger: Sendable {
    /// Tells a change: the event as webhooks name it, the egress, and the webhooks that its request asked for.
    public typealias Notify =
        @Sendable (
            _ event: String, _ info: Livekit_EgressInfo, _ webhooks: [Livekit_WebhookConfig]
        ) -> Void

    let store: any EgressInfoStore
    private let notify: Notify
    private let logger: Logger
    private let order = KeyedLock()

    /// A ledger over a store.
    public init(store: any EgressInfoStore, logger: Logger, notify: @escaping Notify) {
        self.store = store
        self.notify = notify
        self.logger = logger
    }

    /// An egress begins; if it is known already, nothing happens.
    func create(_ info: Livekit_EgressInfo) async throws(EgressStoreError) {
        let info = info.redacted()
        try await order.withLock(info.egressID) { () async throws(EgressStoreError) in
            guard try await store.create(info) else { return }
            tell("egress_started", info)
        }
    }

    /// An egress has changed; what is no news is passed over.
    func update(_ info: Livekit_EgressInfo) async throws(EgressStoreError) {
        let info = info.redacted()
        try await order.withLock(info.egressID) { () async throws(EgressStoreError) in
            let events = Mutex<[String]>([])
            let stored = try await store.update(info.egressID) { known in
                let change = EgressChange(info, to: known)
                events.withLock { $0 = change.events }
                return change.stored
            }
            guard let stored else { return }
            for event in events.withLock({ $0 }) { tell(event, stored) }
        }
    }

    /// An egress that never began has failed: nothing is stored of it.
    func refuse(_ info: Livekit_EgressInfo) {
        tell("egress_ended", info.redacted())
    }

    private func tell(_ event: String, _ info: Livekit_EgressInfo) {
        logger.info(
            "egress changed",
            metadata: [
                "event": "\(event)", "egress": "\(info.egressID)", "status": "\(info.status.name)",
                "error": "\(info.error)",
            ]
        )
        notify(event, info, info.requestedWebhooks)
    }
}
