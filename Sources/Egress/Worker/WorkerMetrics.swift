import Glibc
import JobProcess
import LiveKitProtocol
import MediaWire
public import Observability
import Synchronization

/// What has become of a worker's jobs, counted for metrics.
final class WorkerMetrics: Sendable {
    struct Result: Hashable, Sendable {
        var kind: String
        var result: String
    }

    private struct State {
        var results: [Result: Int] = [:]
        var started: [String: Int] = [:]
        var refused = 0
    }

    private let state = Mutex(State())

    func started(_ kind: String) {
        state.withLock { $0.started[kind, default: 0] += 1 }
    }

    func refused() {
        state.withLock { $0.refused += 1 }
    }

    func ended(_ kind: String, _ info: Livekit_EgressInfo, verdict: JobFailure?, isSuperseded: Bool) {
        let result = Self.result(info, verdict: verdict, isSuperseded: isSuperseded)
        state.withLock { $0.results[Result(kind: kind, result: result), default: 0] += 1 }
    }

    var results: [Result: Int] { state.withLock { $0.results } }
    var startedByKind: [String: Int] { state.withLock { $0.started } }
    var refusedCount: Int { state.withLock { $0.refused } }

    /// The result's name in LiveKit's `livekit_egress_handler_results_total`.
    static func result(_ info: Livekit_EgressInfo, verdict: JobFailure?, isSuperseded: Bool) -> String {
        if isSuperseded { return "duplicate_identity" }
        if let verdict {
            if verdict == .cpuExhausted { return "killed_cpu" }
            if verdict.text.hasPrefix("OOM") { return "killed_oom" }
            return verdict.code == 403 ? "killed_shutdown" : "process_error"
        }
        if info.details.contains(EndReason.cpuExhausted.rawValue) { return "stopped_cpu" }
        switch info.status {
        case .egressAborted: return "aborted"
        case .egressFailed where info.errorCode == 500: return "process_error"
        case .egressFailed: return "failed"
        default: return "completed"
        }
    }
}

extension EgressWorker {
    /// A registry that tells what LiveKit's egress tells, under the same names, as far as it means anything here.
    public func makeMetrics() -> MetricsRegistry {
        let registry = MetricsRegistry(
            commonLabels: [
                MetricLabel("node_id", configuration.nodeID), MetricLabel("cluster_id", configuration.clusterID),
            ],
            helps: Self.helps
        )
        registry.onCollect { [weak self] registry in self?.collect(into: registry) }
        return registry
    }

    private func collect(into registry: MetricsRegistry) {
        let now = Instant.monotonic
        let (available, canAccept, isDraining, load, jobs) = state.withLock { state in
            let refusal = state.admission.refusal(ofCost: configuration.costs.roomComposite, at: now)
            let jobs = state.jobs.values.filter { !$0.info.isOver }
            return (state.admission.available(at: now), refusal == nil, state.isDraining, state.load, jobs)
        }
        let isHealthy = reporter.isHealthy
        registry.set("livekit_egress_available", to: jobs.isEmpty && !isDraining && isHealthy ? 1 : 0)
        registry.set("livekit_egress_can_accept_request", to: canAccept && !isDraining && isHealthy ? 1 : 0)
        registry.set("livekit_egress_is_disabled", to: isHealthy ? 0 : 1)
        registry.set("livekit_egress_is_terminating", to: isDraining ? 1 : 0)
        registry.set("livekit_node_cpu_load", [MetricLabel("node_type", "EGRESS")], to: load)
        registry.set("sluice_egress_available_cores", to: available)
        if let bytes = ProcessTable.groupMemory() {
            registry.set("livekit_egress_cgroup_memory_bytes", to: Double(bytes))
        }
        registry.set("livekit_egress_cgroup_read_success", to: ProcessTable.groupMemory() == nil ? 0 : 1)
        collectJobs(jobs, into: registry)
        for (result, count) in metrics.results {
            registry.set(
                counter: "livekit_egress_handler_results_total",
                [MetricLabel("type", result.kind), MetricLabel("result", result.result)],
                to: Double(count)
            )
        }
        registry.set(counter: "sluice_egress_refused_total", [], to: Double(metrics.refusedCount))
    }

    private func collectJobs(_ jobs: [RunningJob], into registry: MetricsRegistry) {
        var running: [String: Int] = metrics.startedByKind.mapValues { _ in 0 }
        var resident = ProcessTable.entry(of: getpid())?.memory ?? 0
        for job in jobs {
            running[job.kind, default: 0] += 1
            guard let entry = job.process.flatMap({ ProcessTable.entry(of: $0.pid) }) else { continue }
            resident += entry.memory
        }
        for (kind, count) in running {
            registry.set("livekit_egress_requests", [MetricLabel("type", kind)], to: Double(count))
        }
        registry.set("livekit_egress_proc_rss_bytes", to: Double(resident))
    }

    private static let helps = [
        "livekit_egress_available": "Whether the worker is idle and takes jobs.",
        "livekit_egress_can_accept_request": "Whether a room composite would be taken now.",
        "livekit_egress_is_disabled": "Whether no jobs are taken because reports are not delivered.",
        "livekit_egress_is_terminating": "Whether the worker only finishes what it has.",
        "livekit_egress_requests": "Egresses running, by type.",
        "livekit_egress_proc_rss_bytes": "Resident memory of the worker and its jobs.",
        "livekit_egress_cgroup_memory_bytes": "Memory of the control group.",
        "livekit_egress_cgroup_read_success": "Whether the control group's memory could be read.",
        "livekit_egress_handler_results_total": "Egresses that have ended, by type and result.",
        "livekit_node_cpu_load": "The part of the machine's processor time that is used.",
        "sluice_egress_available_cores": "Cores that can still be given to egresses.",
        "sluice_egress_refused_total": "Requests that were refused, by this worker.",
    ]
}
