import Egress
import Ingress
import Observability
import ServiceLifecycle

/// A worker of whichever kind, as the program sees it.
protocol Worker: Sendable {
    /// How much runs: egresses, or sessions.
    var runningCount: Int { get }
    /// The numbers that are told of it.
    func makeMetrics() -> MetricsRegistry
    /// What a probe at `path` is told.
    func health(_ path: String) -> ObservationServer.Response
    /// Takes work from now on.
    func begin() async throws
    /// Works until it was told to drain, and nothing is left to do.
    func run() async
    /// Takes nothing more.
    func drain()
    /// Ends what runs in good order.
    func stopAll()
    /// Ends what runs at once.
    func killAll()
}

extension Worker {
    /// Works beside a server until both are shut down: what runs then has `patience` to end in good order.
    func runUntilShutdown(patience: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Ends in one of two ways, and both mean the same here.
                try? await gracefulShutdown()
                stopAll()
                do { try await Task.sleep(for: patience) } catch { return }
                killAll()
            }
            await run()
            group.cancelAll()
        }
    }
}

extension EgressWorker: Worker {
    var runningCount: Int { jobCount }

    func begin() async throws { try await start() }

    func health(_ path: String) -> ObservationServer.Response {
        guard path == "/ready" else {
            return ObservationServer.Response(contentType: "application/json", body: health)
        }
        return isReady
            ? ObservationServer.Response(body: "ready\n")
            : ObservationServer.Response(status: 503, body: "no jobs are taken\n")
    }
}

extension IngressWorker: Worker {
    var runningCount: Int { sessionCount }

    func begin() async throws {
        try await start()
        try await openDoors()
    }

    func health(_ path: String) -> ObservationServer.Response {
        switch path {
        case "/", "/health": ObservationServer.Response(body: "Healthy")
        case "/availability":
            isAvailable
                ? ObservationServer.Response(body: "Available")
                : ObservationServer.Response(status: 503, body: "No availability")
        default: .notFound
        }
    }
}
