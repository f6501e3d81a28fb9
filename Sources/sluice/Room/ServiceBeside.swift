import LiveKitProtocol
import RoomServer
import ServiceLifecycle
import SwiftProtobuf
import Synchronization

/// A service of the API that answers from when the room server is there: calls that come earlier are told so.
final class ServiceBeside<API: Sendable>: Sendable {
    private let name: String
    private let isAllowed: @Sendable (VideoGrant) -> Bool
    private let service = Mutex<API?>(nil)

    /// - Parameters:
    ///   - name: the service's name in the API, such as `livekit.Egress`.
    ///   - isAllowed: who may call it.
    init(_ name: String, isAllowed: @escaping @Sendable (VideoGrant) -> Bool) {
        self.name = name
        self.isAllowed = isAllowed
    }

    /// Answers from now on.
    func open(_ service: API) { self.service.withLock { $0 = service } }

    /// Adds a method to a router.
    func add<Request: Message, Response: Message>(
        _ method: String,
        to router: inout TwirpRouter,
        _ call: @escaping @Sendable (API) -> @Sendable (Request) async throws(TwirpError) -> Response
    ) {
        router.register(service: name, method: method) { [isAllowed] (claims: ClaimGrants, _: Request) in
            claims.video.map(isAllowed) ?? false
        } handler: { [self] (request: Request) async throws(TwirpError) -> Response in
            guard let service = service.withLock({ $0 }) else {
                throw TwirpError(.unavailable, "the service \(name) is starting")
            }
            return try await call(service)(request)
        }
    }

    /// Does what is to be done beside answering until the server is shut down, then `close`.
    func runUntilShutdown(
        _ work: @escaping @Sendable (API) async -> Void,
        close: (API) async -> Void
    ) async {
        guard let service = service.withLock({ $0 }) else { return }
        await withTaskGroup { group in
            group.addTask { await work(service) }
            // Ends in one of two ways, and both mean the same here.
            try? await gracefulShutdown()
            group.cancelAll()
        }
        await close(service)
    }
}
