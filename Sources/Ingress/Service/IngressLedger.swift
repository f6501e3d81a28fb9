public import LiveKitProtocol
public import Logging
import Persistence
import Synchronization

/// What is known of every ingress: settings from the API, states from workers; changes are stored, then told, in order.
public final class IngressLedger: Sendable {
    /// Tells a change: the event as webhooks name it, and the ingress without its secrets.
    public typealias Notify = @Sendable (_ event: String, _ info: Livekit_IngressInfo) -> Void

    private let store: any IngressStore
    private let notify: Notify
    private let logger: Logger
    private let order = KeyedLock()

    /// A ledger over a store.
    public init(store: any IngressStore, logger: Logger, notify: @escaping Notify) {
        self.store = store
        self.notify = notify
        self.logger = logger
    }

    /// An ingress is there from now on; if it is known already, what is known stays and is answered.
    func create(_ info: Livekit_IngressInfo) async throws(TwirpError) -> Livekit_IngressInfo {
        try await stored(info.ingressID) { () async throws(IngressStoreError) in
            if try await store.create(info) { return info }
            return try await store.info(of: info.ingressID)
        } ?? info
    }

    /// A worker reports how a session stands; nothing happens unless `isExpected` holds of what is known.
    func report(
        _ report: Livekit_IngressState,
        of id: String,
        where isExpected: @escaping @Sendable (Livekit_IngressState) -> Bool = { _ in true }
    ) async throws(TwirpError) {
        let change = Mutex<IngressStateChange?>(nil)
        try await stored(id) { () async throws(IngressStoreError) in
            let info = try await store.update(id) { info in
                let made = IngressStateChange(report, to: info.state)
                change.withLock { $0 = made }
                guard made.verdict == .news, isExpected(info.state) else { return nil }
                var info = info
                info.state = made.state
                return info
            }
            if let info { for event in change.withLock({ $0 })?.events ?? [] { tell(event, of: info) } }
        }
        guard let verdict = change.withLock({ $0 })?.verdict else { throw .noIngress }
        if verdict == .olderSession { throw .olderSession }
    }

    /// A session is gone without anybody having told of its end; nothing happens if it has been heard of since.
    func lose(_ session: Livekit_IngressState, of id: String, _ error: String, now: Int64) async throws(TwirpError) {
        var ended = session
        ended.status = .endpointError
        ended.error = error
        ended.updatedAt = max(now, session.updatedAt)
        ended.endedAt = ended.updatedAt
        try await report(ended, of: id) { $0 == session }
    }

    /// Changes the settings; nil if there is no such ingress, or `change` has found nothing to change.
    func update(
        _ id: String,
        _ change: @Sendable (Livekit_IngressInfo) -> Livekit_IngressInfo?
    ) async throws(TwirpError) -> Livekit_IngressInfo? {
        try await stored(id) { () async throws(IngressStoreError) in try await store.update(id, change) }
    }

    /// Forgets an ingress; a session that is told as begun is told as ended.
    ///
    /// - Parameter now: when that is, Unix nanoseconds.
    /// - Returns: what it was at the end.
    func delete(_ id: String, now: Int64) async throws(TwirpError) -> Livekit_IngressInfo {
        let deleted = try await stored(id) { () async throws(IngressStoreError) in
            let info = try await store.delete(id)
            if let info, info.state.isLive { tell(IngressStateChange.end(of: info.state, at: now), of: info) }
            return info
        }
        guard let deleted else { throw .noIngress }
        return deleted
    }

    /// The ingress with this identifier.
    func info(of id: String) async throws(TwirpError) -> Livekit_IngressInfo {
        try IngressLimits.check(id, "ingress_id", IngressLimits.maximumKey)
        do throws(IngressStoreError) {
            if let info = try await store.info(of: id) { return info }
        } catch { throw TwirpError(.unavailable, error.description) }
        throw .noIngress
    }

    /// The ingress that this stream key publishes to.
    func info(streamKey: String) async throws(TwirpError) -> Livekit_IngressInfo {
        try IngressLimits.check(streamKey, "stream_key", IngressLimits.maximumKey)
        do throws(IngressStoreError) {
            if let info = try await store.info(streamKey: streamKey) { return info }
        } catch { throw TwirpError(.unavailable, error.description) }
        throw .noIngress
    }

    /// Every ingress, or those of a room.
    func all(room: String?) async throws(TwirpError) -> [Livekit_IngressInfo] {
        do throws(IngressStoreError) { return try await store.list(room: room) } catch {
            throw TwirpError(.unavailable, error.description)
        }
    }

    /// Does `work` when everything that came before for this ingress is done.
    private func stored<T: Sendable>(
        _ id: String,
        _ work: () async throws(IngressStoreError) -> T
    ) async throws(TwirpError) -> T {
        do throws(IngressStoreError) { return try await order.withLock(id, work) } catch {
            throw TwirpError(.unavailable, error.description)
        }
    }

    private func tell(_ event: IngressStateChange.Event, of info: Livekit_IngressInfo) {
        var info = info.redacted()
        info.state = event.state
        logger.info(
            "ingress changed",
            metadata: [
                "event": "\(event.name)", "ingress": "\(info.ingressID)", "resource": "\(event.state.resourceID)",
                "error": "\(event.state.error)",
            ]
        )
        notify(event.name, info)
    }
}
