import LiveKitProtocol
import Logging
import SwiftProtobuf
import Testing

@testable import RoomServer

@Suite(.timeLimit(.minutes(1))) struct HTTPRoomServerTests {
    private func configuration() -> RoomServerConfiguration {
        var configuration = RoomServerConfiguration.development()
        configuration.port = 0
        configuration.rtc.udpPort = 0
        configuration.rtc.tcpPort = nil
        return configuration
    }

    private func run(
        _ configuration: RoomServerConfiguration,
        _ body: (RoomServer, RoomServerAddress) async throws -> Void
    ) async throws {
        let server = RoomServer(
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await server.run() }
        do {
            try await body(server, try await server.address)
        } catch {
            running.cancel()
            throw error
        }
        running.cancel()
        try await running.value
    }

    @Test func `a client joins, is listed, and hears that the server stops`() async throws {
        let server = RoomServer(
            configuration: configuration(),
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        )
        let running = Task { try await server.run() }
        let address = try await server.address
        #expect(address.udpPort > 0)
        try await RawConnection.run(port: address.port) { connection async throws in
            let token = HTTPEdgeHarness.joinToken
            #expect(
                try await connection.upgrade("/rtc?protocol=15&auto_subscribe=1", token: token).status
                    == 101
            )
            let join = try await nextResponse(connection) { $0.message != nil }
            #expect(join.join.room.name == "demo")
            #expect(join.join.participant.identity == "alice")
            #expect(join.join.pingInterval > 0)
            let rooms = try await server.rooms(named: ["demo"])
            #expect(rooms.map(\.name) == ["demo"])

            running.cancel()
            let leave = try await nextResponse(connection) { $0.leave != .init() }
            #expect(leave.leave.reason == .serverShutdown)
        }
        try await running.value
    }

    @Test func `RoomService reaches the rooms`() async throws {
        try await run(configuration()) { server, address in
            let token = HTTPEdgeHarness.token {
                $0.roomCreate = true
                $0.roomList = true
            }
            let headers = ["Authorization": "Bearer \(token)", "Content-Type": "application/json"]
            try await RawConnection.run(port: address.port) { connection async throws in
                let created = try await connection.request(
                    "POST",
                    "/twirp/livekit.RoomService/CreateRoom",
                    headers: headers,
                    body: Array(#"{"name":"made"}"#.utf8)
                )
                #expect(created.status == 200)
                #expect(created.text.hasPrefix(#"{"sid":"RM_"#))
                let listed = try await connection.request(
                    "POST",
                    "/twirp/livekit.RoomService/ListRooms",
                    headers: headers,
                    body: Array("{}".utf8)
                )
                #expect(listed.text.contains(#""name":"made""#))
            }
        }
    }

    @Test func `a port that is taken is an error, also for whoever waits for the address`()
        async throws
    {
        try await run(configuration()) { _, address in
            var second = configuration()
            second.port = address.port
            let server = RoomServer(
                configuration: second,
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
            await #expect(throws: (any Error).self) { try await server.run() }
            await #expect(throws: (any Error).self) { try await server.address }
        }
    }

    /// The next response that is as asked.
    private func nextResponse(
        _ connection: RawConnection,
        where isWanted: (Livekit_SignalResponse) -> Bool
    ) async throws -> Livekit_SignalResponse {
        while true {
            let frame = try await connection.frame()
            guard frame.opcode == 2 else { continue }
            let response = try Livekit_SignalResponse(serializedBytes: frame.payload)
            if isWanted(response) { return response }
        }
    }
}
