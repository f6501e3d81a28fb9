import Egress
import Foundation
import LiveKitProtocol
import Logging
import RoomServer
import ServiceLifecycle
import Synchronization

/// The egress worker as a role beside the room server of the same process.
final class EgressRole: Service {
    private let server: RoomServer
    private let mount: EgressMount
    private let keys: APIKeys.Pair
    private let folder: String
    private let logger: Logger
    private let opened: AsyncStream<Result<String, any Error>>
    private let opening: AsyncStream<Result<String, any Error>>.Continuation

    init(server: RoomServer, mount: EgressMount, keys: APIKeys.Pair, recordings: String, logger: Logger) {
        self.server = server
        self.mount = mount
        self.keys = keys
        folder = recordings
        self.logger = logger
        (opened, opening) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// The folder of recordings, absolute.
    ///
    /// Waits until the worker is there. For one caller.
    var recordings: String {
        get async throws {
            for await result in opened { return try result.get() }
            throw CancellationError()
        }
    }

    /// Takes jobs until it is shut down, then finishes those that run.
    func run() async throws {
        let worker: EgressWorker
        do {
            worker = try await makeWorker()
        } catch {
            opening.yield(.failure(error))
            opening.finish()
            throw error
        }
        opening.yield(.success(worker.recordings))
        opening.finish()
        // Ends in one of two ways, and both mean the same here.
        try? await gracefulShutdown()
        await worker.shutDown()
    }

    private func makeWorker() async throws -> EgressWorker {
        let configuration = EgressWorkerConfiguration(
            executable: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            url: try await server.address.webSocketURL,
            apiKey: keys.key,
            apiSecret: keys.secret,
            recordings: folder
        )
        let worker = try EgressWorker(configuration: configuration, logger: logger) { [server] info, event in
            var webhook = Livekit_WebhookEvent()
            webhook.event = event.rawValue
            webhook.egressInfo = info
            server.webhooks.notify(webhook)
        }
        mount.open(
            LocalEgressService(worker: worker) { [server] name in
                try? await server.rooms(named: [name]).first { $0.name == name }?.sid
            }
        )
        return worker
    }
}
