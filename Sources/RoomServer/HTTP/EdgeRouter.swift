import LiveKitProtocol
import Logging
import NIOCore
import NIOHTTP1

/// Decides what becomes of each request: the routes and everything that is done for all of them.
///
/// Confined to the event loop of the rooms, so that a join is decided and its first responses made in one go.
final class EdgeRouter {
    /// What becomes of a request.
    enum Outcome {
        /// The answer is there.
        case answer(HTTPResponse)
        /// The answer comes later.
        case pending(EventLoopFuture<HTTPResponse>)
    }

    private let authorization: Authorization
    private let entrance: any SignalEntrance
    private let twirp: TwirpRouter
    private let signalLimits: SignalLimits
    private let unixMilliseconds: () -> Int64
    private let logger: Logger

    init(
        verifier: TokenVerifier,
        entrance: any SignalEntrance,
        twirp: TwirpRouter,
        signalLimits: SignalLimits = SignalLimits(),
        unixMilliseconds: @escaping () -> Int64,
        logger: Logger
    ) {
        authorization = Authorization(verifier: verifier)
        self.entrance = entrance
        self.twirp = twirp
        self.signalLimits = signalLimits
        self.unixMilliseconds = unixMilliseconds
        self.logger = logger
    }

    /// Answers a request that does not become a WebSocket.
    func handle(_ request: HTTPRequest, on loop: any EventLoop) -> Outcome {
        if let preflight = CrossOrigin.preflight(request) { return .answer(preflight) }
        if request.path == "/" { return .answer(.text(.ok, "OK")) }
        let claims: ClaimGrants?
        do {
            claims = try authorization.claims(of: request)
        } catch {
            return .answer(.failure(error))
        }
        switch request.path {
        case "/rtc/validate", "/rtc/v1/validate":
            return .answer(validate(request, claims: claims))
        case let path where path.hasPrefix(TwirpRouter.prefix):
            return twirp.handle(request, claims: claims, on: loop)
        default:
            return .answer(.text(.notFound, "404 page not found\n"))
        }
    }

    /// Whether a WebSocket may be had at a path.
    func offersWebSocket(at path: String) -> Bool {
        path == "/rtc" || path == "/rtc/v1"
    }

    /// Decides about a join; the socket is the client's from now on, the failure the answer instead of an upgrade.
    func join(_ request: HTTPRequest) throws(JoinFailure) -> SignalSocket {
        let parameters = try parameters(of: request, claims: authorization.claims(of: request))
        let socket = SignalSocket(limits: signalLimits, unixMilliseconds: unixMilliseconds, logger: logger)
        socket.bind(to: try entrance.enter(parameters, connection: socket).get())
        return socket
    }

    private func validate(_ request: HTTPRequest, claims: ClaimGrants?) -> HTTPResponse {
        do throws(JoinFailure) {
            let parameters = try parameters(of: request, claims: claims)
            if let failure = entrance.validate(parameters) { throw failure }
            return .text(.ok, "success")
        } catch {
            return .failure(error)
        }
    }

    private func parameters(of request: HTTPRequest, claims: ClaimGrants?) throws(JoinFailure) -> JoinParameters {
        guard let claims, claims.video?.roomJoin == true else {
            throw JoinFailure(httpStatus: 401, message: "no permissions to access the room")
        }
        return try JoinParameters(
            request,
            claims: claims,
            requiresJoinRequest: request.path.hasPrefix("/rtc/v1")
        )
    }
}
