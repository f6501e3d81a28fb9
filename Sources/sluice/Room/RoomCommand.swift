import ArgumentParser
import Egress
import Foundation
import Ingress
import LiveKitProtocol
import Logging
import MessageBus
import NIOPosix
import RoomServer
import ServiceLifecycle
import Settings
import UnixSignals

/// Runs a room server alone; workers of egress and ingress are elsewhere, reached by Redis.
struct RoomCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "room",
        abstract: "Run a room server whose workers are reached by Redis.",
        discussion: """
            Reads the configuration of LiveKit's server. With a `redis:` block egress and ingress are answered and handed to \
            workers such as `sluice egress`; without one rooms work and both are refused.
            """
    )

    @Flag(help: "Development: the key devkey with the secret secret, bound to 127.0.0.1.")
    var dev = false

    @Option(help: "TCP port of signalling and APIs (default 7880).")
    var port: Int?

    @Option(help: "Address to listen on (default 127.0.0.1 with --dev, else every address).")
    var bind: String?

    @Option(help: "Configuration file: LiveKit's server keys, in YAML.")
    var config: String?

    @Option(name: .customLong("keys"), help: "A key and its secret as KEY:SECRET, instead of those of the file.")
    var keyPair: String?

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning or error.")
    var logLevel = Logger.Level.info

    func run() async throws {
        var options = ServeOptions()
        options.dev = dev
        options.port = port
        options.bind = bind
        options.config = config
        options.keyPair = keyPair
        options.logLevel = logLevel
        let logger = options.logger(label: "sluice")
        let reading: RoomServerConfiguration.Reading
        do {
            reading = try options.configuration()
        } catch let error as ConfigurationError {
            throw ValidationError("\(error)")
        }
        for warning in reading.warnings { logger.warning("\(warning)") }
        let services = try await Self.services(reading.configuration, logger: logger)
        let group = ServiceGroup(
            services: services,
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        try await group.run()
    }

    /// What has to run, in the order of starting; it is shut down in the opposite one.
    private static func services(
        _ configuration: RoomServerConfiguration,
        logger: Logger
    ) async throws -> [any Service] {
        guard let redis = configuration.redis else {
            logger.warning("no redis: in the configuration: egress and ingress are not available")
            let server = RoomServer(configuration: configuration, logger: logger)
            return [server, Announcement(server: server)]
        }
        let bus: RedisBus
        do {
            bus = try await RedisBus.connect(redis, on: MultiThreadedEventLoopGroup.singleton, logger: logger)
        } catch {
            throw ValidationError("redis: \(error.message)")
        }
        let egress = EgressServiceRole(
            bus: bus,
            store: RedisEgressStore(bus.commands),
            keys: configuration.keys,
            logger: logger
        )
        let ingress = IngressServiceRole(
            bus: bus,
            store: RedisIngressStore(bus.commands),
            addresses: IngressAddresses(configuration.ingress),
            logger: logger
        )
        let server = RoomServer(
            configuration: configuration,
            services: egress.router().merging(ingress.router()),
            logger: logger
        )
        let directory = RedisRoomDirectory(
            bus.commands,
            address: configuration.rtc.nodeIP ?? configuration.bindAddresses.first ?? "",
            region: configuration.region,
            processors: ProcessInfo.processInfo.activeProcessorCount,
            logger: logger
        )
        server.observe { directory.note($0) }
        do {
            try await egress.open(server)
            try await ingress.open(server)
        } catch let error as BusError {
            throw ValidationError("redis: \(error.message)")
        }
        return [
            RedisRole(bus: bus), RoomDirectoryRole(directory: directory), egress, ingress, server,
            Announcement(server: server),
        ]
    }
}

/// Says where a server is reached, once it is.
private struct Announcement: Service {
    let server: RoomServer

    func run() async throws {
        print("serving at \(try await server.address.httpURL)")
        // Ends in one of two ways, and both mean the same here.
        try? await gracefulShutdown()
    }
}
