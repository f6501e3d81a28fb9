import ArgumentParser
import Egress
import Foundation
import Logging
import MessageBus
import NIOPosix
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
        let operators = try await OperatorPorts.open(settings, worker: worker, logger: logger)
        try await worker.start()
        await run(worker, logger)
        await operators.close()
        await bus.shutdown()
    }

    /// Works until a signal has been heeded.
    private func run(_ worker: EgressWorker, _ logger: Logger) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { await EgressSignals.heed(worker, logger) }
            await worker.run()
            group.cancelAll()
        }
    }

    private func read(_ environment: [String: String]) throws(ConfigurationError) -> EgressSettings.Reading {
        try EgressSettings.read(
            yaml: yaml(environment),
            environment: environment,
            executable: ownExecutable()
        )
    }

    private func yaml(_ environment: [String: String]) throws(ConfigurationError) -> String {
        if let configBody { return configBody }
        if let path = config ?? environment["EGRESS_CONFIG_FILE"], !path.isEmpty {
            guard let data = FileManager.default.contents(atPath: path) else {
                throw ConfigurationError(path: "", problem: "the configuration file \(path) cannot be read")
            }
            return String(decoding: data, as: UTF8.self)
        }
        if let body = environment["EGRESS_CONFIG_BODY"], !body.isEmpty { return body }
        throw ConfigurationError(
            path: "",
            problem: "no configuration: give --config FILE, EGRESS_CONFIG_FILE or EGRESS_CONFIG_BODY"
        )
    }
}

/// The program itself, absolute: what jobs' processes run.
func ownExecutable() -> String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
}
