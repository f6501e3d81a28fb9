import Logging
import Observability

/// The ports of a worker for operators: metrics, health, readiness.
struct OperatorPorts {
    private let servers: [ObservationServer]

    /// Opens those that are named; one port serves both where they are the same.
    ///
    /// `health` answers every path but `/metrics`; it is called on an event loop and must not wait.
    static func open(
        health healthPort: Int?,
        metrics metricsPort: Int?,
        registry: MetricsRegistry,
        logger: Logger,
        health: @escaping @Sendable (_ path: String) -> ObservationServer.Response
    ) async throws -> OperatorPorts {
        let isShared = healthPort == metricsPort
        var servers: [ObservationServer] = []
        if let metricsPort {
            let server = try await ObservationServer.start(port: metricsPort, logger: logger) { path in
                if path == "/metrics" { return .metrics(registry) }
                return isShared ? health(path) : .notFound
            }
            servers.append(server)
        }
        if let healthPort, !isShared {
            servers.append(try await ObservationServer.start(port: healthPort, logger: logger, respond: health))
        }
        return OperatorPorts(servers: servers)
    }

    func close() async {
        for server in servers { await server.shutdown() }
    }
}
