import ArgumentParser
import Foundation
import Logging
import MessageBus
import NIOPosix
import Observability
import Settings

/// What the command of a worker is told, and what it does: a configuration, Redis, ports for operators, signals.
struct WorkerOptions: ParsableArguments {
    @Option(help: "Configuration file, in YAML.")
    var config: String?

    @Option(name: .customLong("config-body"), help: "The configuration itself, in YAML.")
    var configBody: String?

    func validate() throws {
        if config != nil, configBody != nil { throw ValidationError("--config and --config-body: give one of them") }
    }

    /// Runs a worker until a signal has been heeded.
    ///
    /// - Parameters:
    ///   - name: the command; LiveKit's environment variables begin with it, in capitals.
    ///   - make: makes the worker.
    func run<Configuration: WorkerConfiguration>(
        _ name: String,
        make: (Configuration, any Bus, Logger) throws -> any Worker
    ) async throws {
        let reading: WorkerSettings<Configuration>.Reading
        do {
            let environment = ProcessInfo.processInfo.environment
            let file = WorkerConfigurationFile(path: config, body: configBody, prefix: name.uppercased())
            reading = try WorkerSettings.read(
                yaml: file.text(environment),
                environment: environment,
                executable: ownExecutable()
            )
        } catch {
            throw ValidationError("\(error)")
        }
        let settings = reading.settings
        var logger = Logger(label: "sluice.\(name)") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = settings.logLevel
        for warning in reading.warnings { logger.warning("\(warning)") }
        for note in reading.notes { logger.info("\(note)") }
        let bus = try await RedisBus.connect(settings.redis, on: MultiThreadedEventLoopGroup.singleton, logger: logger)
        let worker = try make(settings.worker, bus, logger)
        let operators = try await OperatorPorts.open(
            health: settings.healthPort,
            metrics: settings.prometheusPort,
            registry: worker.makeMetrics(),
            logger: logger
        ) { path in worker.health(path) }
        try await worker.begin()
        await withTaskGroup(of: Void.self) { group in
            group.addTask { [logger] in await WorkerSignals(worker).heed(logger) }
            await worker.run()
            group.cancelAll()
        }
        await operators.close()
        await bus.shutdown()
    }
}
