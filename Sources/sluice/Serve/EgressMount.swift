import Egress
import LiveKitProtocol
import RoomServer
import SwiftProtobuf
import Synchronization

/// Mounts the egress service into the server's APIs.
///
/// The server answers before the worker is there, since the worker has to know the server's address; calls that come in
/// between are told so.
final class EgressMount: Sendable {
    private static let name = "livekit.Egress"
    private let service = Mutex<LocalEgressService?>(nil)

    /// Calls are answered by `service` from now on.
    func open(_ service: LocalEgressService) {
        self.service.withLock { $0 = service }
    }

    /// The methods of `livekit.Egress`, for callers with the grant `roomRecord`.
    func router() -> TwirpRouter {
        var router = TwirpRouter()
        add(&router, "StartRoomCompositeEgress", LocalEgressService.startRoomCompositeEgress)
        add(&router, "StartEgress", LocalEgressService.startEgress)
        add(&router, "StartWebEgress", LocalEgressService.startWebEgress)
        add(&router, "StartParticipantEgress", LocalEgressService.startParticipantEgress)
        add(&router, "StartTrackCompositeEgress", LocalEgressService.startTrackCompositeEgress)
        add(&router, "StartTrackEgress", LocalEgressService.startTrackEgress)
        add(&router, "UpdateLayout", LocalEgressService.updateLayout)
        add(&router, "UpdateStream", LocalEgressService.updateStream)
        add(&router, "ListEgress", LocalEgressService.listEgress)
        add(&router, "StopEgress", LocalEgressService.stopEgress)
        return router
    }

    private func add<Request: Message, Response: Message>(
        _ router: inout TwirpRouter,
        _ method: String,
        _ call: @escaping @Sendable (LocalEgressService) -> @Sendable (Request) async throws(TwirpError) -> Response
    ) {
        router.register(service: Self.name, method: method) { (claims: ClaimGrants, _: Request) in
            claims.video?.roomRecord ?? false
        } handler: { [self] (request: Request) async throws(TwirpError) -> Response in
            guard let service = service.withLock({ $0 }) else {
                throw TwirpError(.unavailable, "the egress worker is starting")
            }
            return try await call(service)(request)
        }
    }
}
