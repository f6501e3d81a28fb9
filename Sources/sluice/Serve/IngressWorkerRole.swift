import Ingress
import LiveKitProtocol
import Logging
import MessageBus
import RoomServer
import ServiceLifecycle

/// The ingress worker as a role beside the room server of the same process.
final class IngressWorkerRole: Service {
    /// A worker's configuration, and which of its ports somebody asked for.
    struct Settings: Sendable {
        /// Needs no URL, which the server knows better.
        var worker: IngressWorkerConfiguration
        /// The settings of ports that were named: one of them that is taken is a failure, a usual one that is taken is left out.
        var named: Set<String>
    }

    private let server: RoomServer
    private let bus: any Bus
    private let settings: Settings
    private let logger: Logger
    private let opened: AsyncStream<Result<[String], any Error>>
    private let opening: AsyncStream<Result<[String], any Error>>.Continuation

    init(server: RoomServer, bus: any Bus, settings: Settings, logger: Logger) {
        self.server = server
        self.bus = bus
        self.settings = settings
        self.logger = logger
        (opened, opening) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Where publishers come in, such as `rtmp://0.0.0.0:1935`.
    ///
    /// Waits until they can. For one caller.
    var openings: [String] {
        get async throws {
            for await result in opened { return try result.get() }
            throw CancellationError()
        }
    }

    /// Lets publishers in until it is shut down, then ends their sessions in good order.
    func run() async throws {
        let worker: IngressWorker
        do {
            worker = try await start()
        } catch {
            opening.yield(.failure(error))
            opening.finish()
            throw error
        }
        opening.yield(.success(worker.openings))
        opening.finish()
        await worker.runUntilShutdown(patience: Self.patience)
    }

    private func start() async throws -> IngressWorker {
        var configuration = settings.worker
        configuration.url = try await server.address.webSocketURL
        let worker = try IngressWorker(configuration: configuration, bus: bus, logger: logger)
        try await worker.start()
        try await worker.openDoors { [named = settings.named, logger] error in
            guard !named.contains(error.setting) else { return false }
            logger.warning("\(error); publishers cannot come in by it until then")
            return true
        }
        return worker
    }

    /// A session leaves its room within moments.
    private static let patience = Duration.seconds(15)
}
