import ArgumentParser
import Foundation
import Ingress
import Logging
import MessageBus
import NIOPosix
import Observability
import Settings

/// An ingress worker alone: takes RTMP, WHIP and URLs into the rooms of any room server that speaks LiveKit's protocols.
struct IngressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ingress",
        abstract: "Run an ingress worker: RTMP, WHIP and URLs become participants.",
        discussion: """
            The configuration file has the keys of LiveKit's ingress. It is named by --config or INGRESS_CONFIG_FILE, or is the \
            content of INGRESS_CONFIG_BODY. SIGTERM lets running sessions finish, however long they take; SIGINT ends them; \
            a second signal is more urgent than the first.
            """
    )

    @Option(help: "Configuration file, in YAML.")
    var config: String?

    @Option(name: .customLong("config-body"), help: "The configuration itself, in YAML.")
    var configBody: String?

    func validate() throws {
        if config != nil, configBody != nil { throw ValidationError("--config and --config-body: give one of them") }
    }

    func run() async throws {
        let reading: IngressSettings.Reading
        do {
            reading = try read(ProcessInfo.processInfo.environment)
        } catch {
            throw ValidationError("\(error)")
        }
        let settings = reading.settings
        var logger = Logger(label: "sluice.ingress") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        for warning in reading.warnings { logger.warning("\(warning)") }
        for note in reading.notes { logger.info("\(note)") }
        let bus = try await RedisBus.connect(settings.redis, on: MultiThreadedEventLoopGroup.singleton, logger: logger)
        let worker = try IngressWorker(configuration: settings.worker, bus: bus, logger: logger)
        let operators = try await OperatorPorts.open(
            health: settings.healthPort,
            metrics: settings.prometheusPort,
            registry: worker.makeMetrics(),
            logger: logger
        ) { path in Self.health(path, worker) }
        try await worker.start()
        try await worker.openDoors()
        await run(worker, logger)
        await operators.close()
        await bus.shutdown()
    }

    /// Works until a signal has been heeded.
    private func run(_ worker: IngressWorker, _ logger: Logger) async {
        await withTaskGroup(of: Void.self) { group in
            let signals = WorkerSignals(
                count: { worker.sessionCount },
                drain: { worker.drain() },
                stop: { worker.stopAll() },
                kill: { worker.killAll() }
            )
            group.addTask { await signals.heed(logger) }
            await worker.run()
            group.cancelAll()
        }
    }

    private static func health(_ path: String, _ worker: IngressWorker) -> ObservationServer.Response {
        switch path {
        case "/", "/health": ObservationServer.Response(body: "Healthy")
        case "/availability":
            worker.isAvailable
                ? ObservationServer.Response(body: "Available")
                : ObservationServer.Response(status: 503, body: "No availability")
        default: .notFound
        }
    }

    private func read(_ environment: [String: String]) throws(ConfigurationError) -> IngressSettings.Reading {
        try IngressSettings.read(
            yaml: WorkerConfigurationFile(path: config, body: configBody, prefix: "INGRESS").text(environment),
            environment: environment,
            executable: ownExecutable()
        )
    }
}
