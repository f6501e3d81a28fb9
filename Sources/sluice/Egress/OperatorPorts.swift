import Egress
import Logging
import Observability

/// The ports of an egress worker for operators: metrics, health, readiness.
struct OperatorPorts {
    private let servers: [ObservationServer]

    /// Opens those that are configured; one port serves both where they are the same.
    static func open(_ settings: EgressSettings, worker: EgressWorker, logger: Logger) async throws -> OperatorPorts {
        let registry = worker.makeMetrics()
        let health: @Sendable (String) -> ObservationServer.Response = { path in
            if path == "/ready" { return ready(worker) }
            return ObservationServer.Response(contentType: "application/json", body: worker.health)
        }
        let isShared = settings.healthPort == settings.prometheusPort
        var servers: [ObservationServer] = []
        if let port = settings.prometheusPort {
            let server = try await ObservationServer.start(port: port, logger: logger) { path in
                if path == "/metrics" { return .metrics(registry) }
                return isShared ? health(path) : .notFound
            }
            servers.append(server)
        }
        if let port = settings.healthPort, !isShared {
            servers.append(try await ObservationServer.start(port: port, logger: logger, respond: health))
        }
        return OperatorPorts(servers: servers)
    }

    func close() async {
        for server in servers { await server.shutdown() }
    }

    private static func ready(_ worker: EgressWorker) -> ObservationServer.Response {
        worker.isReady
            ? ObservationServer.Response(body: "ready\n")
            : ObservationServer.Response(status: 503, body: "no jobs are taken\n")
    }
}
