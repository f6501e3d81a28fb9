import Glibc
import JobProcess
import LiveKitProtocol
import MediaWire
public import Observability
import Synchronization

/// What has become of a worker's publishers, counted for metrics.
final class IngressMetrics: Sendable {
    struct Kind: Hashable, Sendable {
        var input: String
        var isTranscoding: Bool
    }

    struct Publish: Hashable, Sendable {
        var input: String
        var result: String
    }

    struct Counts: Sendable {
        var running: [Kind: Int] = [:]
        var published: [Publish: Int] = [:]
        var relaunched = 0
        var dropped = 0
    }

    private let state = Mutex(Counts())

    var counts: Counts { state.withLock { $0 } }

    func started(_ input: Livekit_IngressInput, isTranscoding: Bool) {
        state.withLock { $0.running[Kind(input: input.name, isTranscoding: isTranscoding), default: 0] += 1 }
    }

    func ended(_ input: Livekit_IngressInput, isTranscoding: Bool, dropped: Int = 0) {
        state.withLock { counts in
            let kind = Kind(input: input.name, isTranscoding: isTranscoding)
            counts.running[kind] = max(0, (counts.running[kind] ?? 0) - 1)
            counts.dropped += dropped
        }
    }

    func published(_ input: Livekit_IngressInput, status: Int) {
        let publish = Publish(input: input.name, result: Self.result(ofStatus: status))
        state.withLock { $0.published[publish, default: 0] += 1 }
    }

    func relaunched() {
        state.withLock { $0.relaunched += 1 }
    }

    /// The result's name in LiveKit's `livekit_ingress_publish_status`.
    static func result(ofStatus status: Int) -> String {
        switch status {
        case ..<400: "success"
        case 400..<500: "4xx"
        default: "5xx"
        }
    }
}

extension IngressWorker {
    /// A registry that tells what LiveKit's ingress tells, under the same names, as far as it means anything here.
    public func makeMetrics() -> MetricsRegistry {
        let registry = MetricsRegistry(
            commonLabels: [MetricLabel("node_id", configuration.nodeID)],
            helps: Self.helps
        )
        registry.onCollect { [weak self] registry in self?.collect(into: registry) }
        return registry
    }

    private func collect(into registry: MetricsRegistry) {
        let (available, load) = state.withLock { ($0.admission.available(at: .monotonic), $0.load) }
        registry.set("livekit_ingress_available", to: isAvailable ? 1 : 0)
        registry.set("livekit_node_cpu_load", [MetricLabel("node_type", "INGRESS")], to: load)
        registry.set("sluice_ingress_available_cores", to: available)
        registry.set("sluice_ingress_reports_delivered", to: reporter.isHealthy ? 1 : 0)
        let counts = metrics.counts
        for (kind, count) in counts.running {
            let labels = [
                MetricLabel("type", kind.input), MetricLabel("transcoding", kind.isTranscoding ? "true" : "false"),
            ]
            registry.set("livekit_ingress_requests", labels, to: Double(count))
        }
        for (publish, count) in counts.published {
            let labels = [MetricLabel("type", publish.input), MetricLabel("status", publish.result)]
            registry.set(counter: "livekit_ingress_publish_status", labels, to: Double(count))
        }
        registry.set(counter: "sluice_ingress_relaunched_total", [], to: Double(counts.relaunched))
        registry.set(counter: "sluice_ingress_dropped_samples_total", [], to: Double(counts.dropped))
        registry.set("sluice_ingress_resident_bytes", to: Double(resident))
    }

    private var resident: Int64 {
        let own = ProcessTable.entry(of: getpid())?.memory ?? 0
        return sessions.reduce(own) { sum, session in
            sum + (session.process.flatMap { ProcessTable.entry(of: $0.pid) }?.memory ?? 0)
        }
    }

    private static let helps = [
        "livekit_ingress_available": "Whether another session would be taken, whatever its kind.",
        "livekit_ingress_requests": "Sessions running, by what comes in and whether it is transcoded.",
        "livekit_ingress_publish_status": "Publishers and URLs, by what became of their asking.",
        "livekit_node_cpu_load": "The part of the machine's processor time that is used.",
        "sluice_ingress_available_cores": "Cores that can still be given to sessions.",
        "sluice_ingress_reports_delivered": "Whether the last report of a state found somebody to take it.",
        "sluice_ingress_relaunched_total": "Processes of sessions that died and were started again.",
        "sluice_ingress_dropped_samples_total": "Samples that sessions did not take in time.",
        "sluice_ingress_resident_bytes": "Resident memory of the worker and its sessions.",
    ]
}
