import LiveKitProtocol
import Logging
import NIOCore
import NIOPosix
import PeerTransportNIO
import SwiftProtobuf
import Testing

@testable import RoomServer

@Suite(.timeLimit(.minutes(1))) struct HTTPRoomEventTests {
    private final class Ignored: SignalConnection {
        func send(_ response: Livekit_SignalResponse) {}
        func close() {}
    }

    @Test func `a room reports its beginning, a client that never got through, and its end`() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let hub = try await PeerHub.start(configuration: PeerHubConfiguration(bindAddress: "127.0.0.1"), on: loop)
        let events = try await loop.submit { () throws -> [Livekit_WebhookEvent] in
            var events: [Livekit_WebhookEvent] = []
            let core = RoomCore(
                configuration: RoomCoreConfiguration(.development()),
                environment: HubEnvironment(hub: hub),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            core.onEvent = { events.append($0) }
            _ = try core.createRoom(.with { $0.name = "demo" })
            var claims = ClaimGrants()
            claims.identity = "alice"
            claims.video = .join("demo")
            _ = try core.join(JoinParameters(claims: claims), connection: Ignored()).get()
            _ = try core.deleteRoom(.with { $0.room = "demo" })
            return events
        }.get()
        await hub.shutdown()
        #expect(events.map(\.event) == ["room_started", "participant_connection_aborted", "room_finished"])
        #expect(events.allSatisfy { $0.room.name == "demo" && $0.room.sid.hasPrefix("RM_") })
        #expect(events.map(\.participant.identity) == ["", "alice", ""])
        #expect(events.last?.roomEndReason == .roomEndApiDelete)
    }
}
