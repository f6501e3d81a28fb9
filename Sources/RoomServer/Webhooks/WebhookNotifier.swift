import FoundationEssentials
public import LiveKitProtocol
import Logging
import SwiftProtobuf
import Synchronization

/// Tells the configured URLs what happens: signed, tried again, in order for each room, egress or ingress.
///
/// `notify` returns at once. Each resource has a queue of its own, which one task empties, so that a slow receiver keeps
/// the events of a room in order without holding up those of another. A queue lives while something waits in it.
public final class WebhookNotifier: Sendable {
    /// The most resources with webhooks waiting at a time: beyond it new ones are dropped with a warning.
    static let maximumQueues = 10_000

    /// The pauses before a webhook is sent again: four more attempts, as LiveKit makes.
    static let pauses: [Duration] = [.seconds(1), .seconds(2), .seconds(4), .seconds(8)]

    private struct State {
        var queues: [String: WebhookQueue] = [:]
        /// Whom else to tell of a resource while something waits in its queue.
        var others: [String: [Livekit_WebhookConfig]] = [:]
        var isStopped = false
    }

    private let urls: [String]
    private let sender: any WebhookSender
    private let pauses: [Duration]
    private let logger: Logger
    private let state = Mutex(State())
    private let work: AsyncStream<String>
    private let workArrived: AsyncStream<String>.Continuation

    init(
        urls: [String],
        sender: any WebhookSender,
        pauses: [Duration] = WebhookNotifier.pauses,
        logger: Logger
    ) {
        self.urls = urls
        self.sender = sender
        self.pauses = pauses
        self.logger = logger
        (work, workArrived) = AsyncStream.makeStream()
    }

    /// Takes a webhook to be sent; never waits.
    ///
    /// An event without an id or a time gets both here. `others` are told of it beside the configured URLs, with what
    /// waits of the same resource: the webhooks that the request for an egress has named.
    public func notify(_ event: Livekit_WebhookEvent, others: [Livekit_WebhookConfig] = []) {
        guard !urls.isEmpty || !others.isEmpty else { return }
        var event = event
        if event.id.isEmpty { event.id = EventID.random().rawValue }
        if event.createdAt == 0 { event.createdAt = Int64(Date().timeIntervalSince1970) }
        let resource = Self.resource(of: event)
        let isNew = state.withLock { state -> Bool? in
            guard !state.isStopped else { return nil }
            if !others.isEmpty, state.queues[resource] != nil || state.queues.count < Self.maximumQueues {
                state.others[resource] = others
            }
            if state.queues[resource] == nil {
                guard state.queues.count < Self.maximumQueues else { return nil }
                state.queues[resource] = WebhookQueue()
                state.queues[resource]?.append(event, at: .now)
                return true
            }
            state.queues[resource]?.append(event, at: .now)
            return false
        }
        switch isNew {
        case true?: workArrived.yield(resource)
        case false?: break
        case nil: logger.warning("webhook dropped", metadata: ["event": "\(event.event)", "resource": "\(resource)"])
        }
    }

    /// Sends until it is cancelled or stopped; what waits when it is stopped is still tried once.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await resource in work {
                group.addTask { await self.drain(resource) }
            }
        }
    }

    /// Takes no more webhooks; `run` returns when the waiting ones are done.
    func stop() {
        state.withLock { $0.isStopped = true }
        workArrived.finish()
    }

    private func drain(_ resource: String) async {
        while let (event, others) = next(of: resource) { await deliver(event, others) }
    }

    private func next(of resource: String) -> (Livekit_WebhookEvent, [Livekit_WebhookConfig])? {
        state.withLock { state in
            guard let event = state.queues[resource]?.next(at: .now) else {
                state.queues[resource] = nil
                state.others[resource] = nil
                return nil
            }
            return (event, state.others[resource] ?? [])
        }
    }

    private func deliver(_ event: Livekit_WebhookEvent, _ others: [Livekit_WebhookConfig]) async {
        guard let body = try? event.jsonUTF8Bytes() as [UInt8] else {
            logger.error("webhook cannot be encoded", metadata: ["event": "\(event.event)"])
            return
        }
        await withDiscardingTaskGroup { group in
            for url in urls {
                group.addTask { await self.deliver(body, of: event, to: url, key: "") }
            }
            for other in others where other.wants(event.event) {
                group.addTask { await self.deliver(body, of: event, to: other.url, key: other.signingKey) }
            }
        }
    }

    private func deliver(_ body: [UInt8], of event: Livekit_WebhookEvent, to url: String, key: String) async {
        var pauses = pauses[...]
        while true {
            let outcome = key.isEmpty ? await sender.send(body, to: url) : await sender.send(body, to: url, key: key)
            switch outcome {
            case .delivered:
                return
            case .refused(let status):
                report(event, url, "refused with status \(status)")
                return
            case .failed(let reason):
                guard let pause = pauses.popFirst(), !state.withLock(\.isStopped) else {
                    report(event, url, reason)
                    return
                }
                // Woken early by the end of the program; the next attempt is then the last.
                try? await Task.sleep(for: pause)
            }
        }
    }

    private func report(_ event: Livekit_WebhookEvent, _ url: String, _ reason: String) {
        // The URL may carry a secret after its path.
        let place = url.prefix { $0 != "?" }
        logger.warning(
            "webhook not delivered",
            metadata: ["event": "\(event.event)", "id": "\(event.id)", "url": "\(place)", "reason": "\(reason)"]
        )
    }

    /// What the event is about: events with the same name are delivered in order.
    static func resource(of event: Livekit_WebhookEvent) -> String {
        if event.hasEgressInfo { return "egress \(event.egressInfo.egressID)" }
        if event.hasIngressInfo { return "ingress \(event.ingressInfo.ingressID)" }
        return "room \(event.room.name)"
    }
}

extension Livekit_WebhookConfig {
    /// Whether its filter lets an event through: it is among those to be told, if any are named, and not excluded.
    func wants(_ event: String) -> Bool {
        let isIncluded = filterParams.includeEvents.isEmpty || filterParams.includeEvents.contains(event)
        return isIncluded && !filterParams.excludeEvents.contains(event)
    }
}
