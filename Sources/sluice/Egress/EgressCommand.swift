import ArgumentParser
import Egress
import Foundation
import Logging
import MessageBus
import NIOPosix
import Observability
import Settings

/// An egress worker alone: takes jobs from Redis, beside any room server that speaks LiveKit's protocols.
struct EgressCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "egress",
        abstract: "Run an egress worker that takes jobs from Redis.",
        discussion: """
            The configuration file has the keys of LiveKit's egress. It is named by --config or EGRESS_CONFIG_FILE, or is the \
            content of EGRESS_CONFIG_BODY. SIGTERM lets running egresses finish, however long they take; SIGINT ends them; \
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
        let reading: EgressSettings.Reading
        do {
            reading = try read(ProcessInfo.processInfo.environment)
        } catch {
            throw ValidationError("\(error)")
        }
        let settings = reading.settings
        var logger = Logger(label: "sluice.egress") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        for warning in reading.warnings { logger.warning("\(warning)") }
        for note in reading.notes { logger.info("\(note)") }
        let bus = try await RedisBus.connect(settings.redis, on: MultiThreadedEventLoopGroup.singleton, logger: logger)
        let worker = try EgressWorker(configuration: settings.worker, bus: bus, logger: logger)
        let operators = try await OperatorPorts.open(
            health: settings.healthPort,
            metrics: settings.prometheusPort,
            registry: worker.makeMetrics(),
            logger: logger
        ) { path in Self.health(path, worker) }
        try await worker.start()
        await run(worker, logger)
        await operators.close()
        await bus.shutdown()
    }

    /// Works until a signal has been heeded.
    private func run(_ worker: EgressWorker, _ logger: Logger) async {
        await withTaskGroup(of: Void.self) { group in
            let signals = WorkerSignals(
                count: { worker.jobCount },
                drain: { worker.drain() },
                stop: { worker.stopAll() },
                kill: { worker.killAll() }
            )
            group.addTask { await signals.heed(logger) }
            await worker.run()
            group.cancelAll()
        }
    }

    private static func health(_ path: String, _ worker: EgressWorker) -> ObservationServer.Response {
        guard path == "/ready" else {
            return ObservationServer.Response(contentType: "application/json", body: worker.health)
        }
        return worker.isReady
            ? ObservationServer.Response(body: "ready\n")
            : ObservationServer.Response(status: 503, body: "no jobs are taken\n")
    }

    private func read(_ environment: [String: String]) throws(ConfigurationError) -> EgressSettings.Reading {
        try EgressSettings.read(
            yaml: WorkerConfigurationFile(path: config, body: configBody, prefix: "EGRESS").text(environment),
            environment: environment,
            executable: ownExecutable()
        )
    }
}
