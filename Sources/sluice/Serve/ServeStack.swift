import Egress
import Foundation
import Ingress
import LiveKitProtocol
import Logging
import MessageBus
import RoomServer
import ServiceLifecycle
import Settings
import UnixSignals

/// A room server and its workers in one process, started and reachable.
struct ServeStack: Sendable {
    /// Where the server APIs are, and where clients join with `ws` for `http`.
    let url: String
    /// The keys that sign tokens.
    let keys: APIKeys.Pair
    /// The folder that recordings go to, absolute.
    let recordings: String
    /// Where publishers come in.
    let openings: [String]

    private let group: ServiceGroup
    private let running: Task<Void, any Error>

    /// Starts everything and returns when clients can join; fails when the configuration is wrong or a port is taken.
    ///
    /// Without `ingress` nobody publishes but those who join.
    static func start(_ options: ServeOptions, ingress flags: IngressOptions? = nil) async throws -> ServeStack {
        let logger = options.logger(label: "sluice")
        let reading = try options.configuration()
        for warning in reading.warnings { logger.warning("\(warning)") }
        let configuration = reading.configuration
        guard let keys = configuration.keys.first else {
            throw ConfigurationError(
                path: "keys",
                problem: "no API key: use --dev, --keys KEY:SECRET or `keys:` in the file"
            )
        }
        let publishing = try flags.map { flags in
            try options.ingressWorker(flags, configuration, keys: keys, logger: logger)
        }
        let bus = InProcessBus()
        let role = EgressServiceRole(
            bus: bus,
            store: try SQLiteEgressStore(path: options.storePath("egress")),
            keys: configuration.keys,
            logger: logger
        )
        let ingressRole = IngressServiceRole(
            bus: bus,
            store: try SQLiteIngressStore(path: options.storePath("ingress")),
            addresses: options.ingressAddresses(configuration, publishing?.worker.ports ?? IngressPorts()),
            logger: logger
        )
        let server = RoomServer(
            configuration: configuration,
            services: role.router().merging(ingressRole.router()),
            logger: logger
        )
        let egress = EgressWorkerRole(
            server: server,
            bus: bus,
            configuration: try options.worker(keys: keys, logger: logger),
            logger: logger
        )
        let ingress = publishing.map { IngressWorkerRole(server: server, bus: bus, settings: $0, logger: logger) }
        try await role.open(server)
        try await ingressRole.open(server)
        // Shut down in the opposite order: recordings are finished while there is still a room to leave.
        let group = ServiceGroup(
            services: [role, ingressRole, server, egress] + (ingress.map { [$0] } ?? []),
            gracefulShutdownSignals: [.sigterm, .sigint],
            logger: logger
        )
        // The group runs beside its starter until it is shut down; `shutdown` and `runUntilSignal` wait for this task.
        let running = Task { try await group.run() }
        do {
            let address = try await server.address
            let recordings = try await egress.recordings
            return ServeStack(
                url: address.httpURL,
                keys: keys,
                recordings: recordings,
                openings: try await ingress?.openings ?? [],
                group: group,
                running: running
            )
        } catch {
            await group.triggerGracefulShutdown()
            // The group's own failure, such as a port in use, says more than that the address never came.
            try await running.value
            throw error
        }
    }

    private init(
        url: String,
        keys: APIKeys.Pair,
        recordings: String,
        openings: [String],
        group: ServiceGroup,
        running: Task<Void, any Error>
    ) {
        self.url = url
        self.keys = keys
        self.recordings = recordings
        self.openings = openings
        self.group = group
        self.running = running
    }

    /// Returns when the process was asked to end (SIGTERM, ^C) and everything has ended.
    func runUntilSignal() async throws {
        try await running.value
    }

    /// Ends everything: recordings first, then the rooms.
    func shutdown() async {
        await group.triggerGracefulShutdown()
        _ = try? await running.value
    }
}

extension ServeOptions {
    /// The server's configuration: the file, then the flags over it.
    func configuration() throws -> RoomServerConfiguration.Reading {
        let override = try keyPair.map { _ in try keys() }
        var reading = try RoomServerConfiguration.read(
            yaml: yaml(),
            override: override,
            development: dev,
            others: [Self.egressKey, Self.ingressKey]
        )
        if let port { reading.configuration.port = port }
        if let bind { reading.configuration.bindAddresses = [bind] }
        return reading
    }

    /// The worker's configuration: the section `egress` of the file, with the keys of LiveKit's egress, then the flags over it.
    func worker(keys: APIKeys.Pair, logger: Logger) throws -> EgressWorkerConfiguration {
        var file = try YAMLSection(parsing: yaml())
        var worker = EgressWorkerConfiguration(
            executable: ownExecutable(),
            url: "",
            apiKey: keys.key,
            apiSecret: keys.secret
        )
        var section = try file.section(Self.egressKey)
        // People try it on laptops: a recording that loses frames tells more than one that is refused.
        worker.countsCores = section.contains("cores") || section.contains("cpu_cost")
        let oddities = try worker.read(section)
        for warning in oddities.warnings { logger.warning("\(warning)") }
        for note in oddities.notes { logger.info("\(note)") }
        worker.recordings = recordings
        return worker
    }

    /// Where what is known of every egress or ingress is kept, beside the recordings.
    func storePath(_ name: String) throws -> String {
        let folder = "\(recordings)/.sluice"
        try FileManager.default.createDirectory(atPath: recordings, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(
            atPath: folder,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return "\(folder)/\(name).sqlite"
    }

    func yaml() throws -> String {
        guard let config else { return "" }
        guard let data = FileManager.default.contents(atPath: config) else {
            throw ConfigurationError(path: "", problem: "--config: \(config) cannot be read")
        }
        return String(decoding: data, as: UTF8.self)
    }

    /// The section of the file that concerns the worker.
    private static let egressKey = "egress"
    /// The section of the file with the addresses that ingress is published to, and the keys of its worker.
    static let ingressKey = "ingress"
}
