import LiveKitProtocol
import Logging
import NIOCore
import NIOPosix

@testable import RoomServer

/// A running HTTP edge with rooms that only take notes.
struct HTTPEdgeHarness: Sendable {
    let port: Int
    let loop: any EventLoop
    private let rooms: NIOLoopBound<FakeRooms>

    /// Starts an edge on a free port, runs the body and stops the edge.
    static func run(
        limits: HTTPLimits = HTTPLimits(),
        signalLimits: SignalLimits = SignalLimits(),
        twirp: TwirpRouter = TwirpRouter(),
        _ body: @Sendable (HTTPEdgeHarness) async throws -> Void
    ) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let (rooms, router) = try await loop.submit {
            let rooms = FakeRooms()
            let service = RoomServiceRoutes.router(NIOLoopBound(rooms, eventLoop: loop))
            let router = EdgeRouter(
                verifier: TokenVerifier(keys: Self.keys),
                entrance: rooms,
                twirp: service.merging(twirp),
                signalLimits: signalLimits,
                unixMilliseconds: { 1_800_000_000_123 },
                logger: Self.logger
            )
            return (NIOLoopBound(rooms, eventLoop: loop), NIOLoopBound(router, eventLoop: loop))
        }.get()
        let server = try await HTTPServer.start(
            hosts: ["127.0.0.1"],
            port: 0,
            router: router,
            limits: limits,
            signalLimits: signalLimits,
            logger: logger
        )
        let port = server.addresses.first?.port ?? 0
        do {
            try await body(HTTPEdgeHarness(port: port, loop: loop, rooms: rooms))
        } catch {
            await server.stopListening()
            await server.closeConnections(after: .zero)
            throw error
        }
        await server.stopListening()
        await server.closeConnections(after: .zero)
    }

    /// Asks or changes the rooms, on their loop.
    func onRooms<Answer: Sendable>(_ body: @escaping @Sendable (FakeRooms) -> Answer) async throws -> Answer {
        let rooms = rooms
        return try await loop.submit { body(rooms.value) }.get()
    }

    /// Waits until the rooms are as asked; the time limit of the test ends a wait in vain.
    func waitUntil(_ condition: @escaping @Sendable (FakeRooms) -> Bool) async throws {
        while try await !onRooms(condition) { await Task.yield() }
    }

    /// Runs the body with a connection of its own.
    func connect<Result: Sendable>(_ body: (RawConnection) async throws -> Result) async throws -> Result {
        try await RawConnection.run(port: port, body)
    }

    static let keys: APIKeys = ["devkey": "secret"]
    private static let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    /// A token for a caller.
    static func token(identity: String = "alice", _ adjust: (inout VideoGrant) -> Void) -> String {
        var grant = VideoGrant()
        adjust(&grant)
        return AccessToken(identity: identity, video: grant).signed(key: "devkey", secret: "secret")
    }

    /// A token to join the room `demo`.
    static let joinToken = token { $0 = .join("demo") }
}
