import Egress
import LiveKitProtocol
import Logging
import MessageBus
import RoomServer
import ServiceLifecycle

/// The egress worker as a role beside the room server of the same process.
final class EgressWorkerRole: Service {
    private let server: RoomServer
    private let bus: any Bus
    private let configuration: EgressWorkerConfiguration
    private let logger: Logger
    private let opened: AsyncStream<Result<String, any Error>>
    private let opening: AsyncStream<Result<String, any Error>>.Continuation

    /// A worker; `configuration` needs no URL, which the server knows better.
    init(server: RoomServer, bus: any Bus, configuration: EgressWorkerConfiguration, logger: Logger) {
        self.server = server
        self.bus = bus
        self.configuration = configuration
        self.logger = logger
        (opened, opening) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The folder of recordings, absolute.
    ///
    /// Waits until jobs are taken. For one caller.
    var recordings: String {
        get async throws {
            for await result in opened { return try result.get() }
            throw CancellationError()
        }
    }

    /// Takes jobs until it is shut down, then ends those that run in good order.
    func run() async throws {
        let worker: EgressWorker
        do {
            var configuration = configuration
            configuration.url = try await server.address.webSocketURL
            worker = try EgressWorker(configuration: configuration, bus: bus, logger: logger)
            try await worker.start()
        } catch {
            opening.yield(.failure(error))
            opening.finish()
            throw error
        }
        opening.yield(.success(worker.recordings))
        opening.finish()
        await worker.runUntilShutdown(patience: Self.patience)
    }

    /// Draining the encoders takes 30 s at most; what is only rewritten or stored after that is left alone.
    private static let patience = Duration.seconds(40)
}
