import LiveKitProtocol
import NIOCore
import SwiftProtobuf
import Testing

@testable import RoomServer

@Suite(.timeLimit(.minutes(1))) struct HTTPSignalTests {
    private let token = HTTPEdgeHarness.joinToken

    private func response(_ bytes: [UInt8]) throws -> Livekit_SignalResponse {
        try Livekit_SignalResponse(serializedBytes: bytes)
    }

    @Test func `the handshake is that of RFC 6455, and what the rooms said before it comes first`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.onRooms { rooms in
                rooms.greeting = (1...3).map { number in .with { $0.pong = Int64(number) } }
            }
            try await edge.connect { connection async throws in
                let answer = try await connection.upgrade("/rtc?protocol=15", token: token)
                #expect(answer.status == 101)
                #expect(answer.headers["sec-websocket-accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=")
                for number in 1...3 {
                    let frame = try await connection.frame()
                    #expect(frame.opcode == 2)
                    #expect(try response(frame.payload).pong == Int64(number))
                }
            }
            try await edge.waitUntil { $0.closedConnections == 1 }
            let joins = try await edge.onRooms { $0.joins.map(\.clientInfo.protocol) }
            #expect(joins == [15])
        }
    }

    @Test func `a handshake may come on a later request, and frames right behind it`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                #expect(try await connection.request("GET", "/").status == 200)
                try await connection.sendRequest(
                    "GET",
                    "/rtc",
                    headers: RawConnection.handshake.merging(["Authorization": "Bearer \(token)"]) { $1 }
                )
                // Not waiting for the answer: these bytes may reach the HTTP decoder.
                try await connection.sendFrame(2, Livekit_SignalRequest.with { $0.ping = 5 }.serializedBytes())
                #expect(try await connection.answer(hasBody: false).status == 101)
                #expect(try await response(connection.frame().payload).pong == 1_800_000_000_123)
            }
        }
    }

    @Test func `a wrong handshake is a bad request`() async throws {
        try await HTTPEdgeHarness.run { edge in
            for (name, value) in [("Sec-WebSocket-Version", "8"), ("Sec-WebSocket-Key", "")] {
                var headers = RawConnection.handshake.merging(["Authorization": "Bearer \(token)"]) { $1 }
                headers[name] = value.isEmpty ? nil : value
                try await edge.connect { connection async throws in
                    #expect(try await connection.request("GET", "/rtc", headers: headers).status == 400)
                }
            }
            let noted = try await edge.onRooms { $0.joins.count }
            #expect(noted == 0)
        }
    }

    @Test func `pings are answered without the rooms, everything else is theirs`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                try await connection.sendFrame(2, Livekit_SignalRequest.with { $0.ping = 5 }.serializedBytes())
                #expect(try await response(connection.frame().payload).pong == 1_800_000_000_123)
                let ping = Livekit_SignalRequest.with { $0.pingReq.timestamp = 42 }
                try await connection.sendFrame(2, ping.serializedBytes())
                let pong = try await response(connection.frame().payload).pongResp
                #expect(pong.lastPingTimestamp == 42)
                #expect(pong.timestamp == 1_800_000_000_123)
                try await connection.sendFrame(2, Livekit_SignalRequest.with { $0.mute.sid = "TR_1" }.serializedBytes())
                // An empty message is a valid one that says nothing.
                try await connection.sendFrame(2, [])
                try await edge.waitUntil { !$0.received.isEmpty }
                let received = try await edge.onRooms { $0.received }
                #expect(received.map(\.mute.sid) == ["TR_1"])
            }
        }
    }

    @Test func `a client that speaks JSON is answered in JSON`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                try await connection.sendFrame(1, Array(#"{"pingReq":{"timestamp":"7"},"newThing":1}"#.utf8))
                let frame = try await connection.frame()
                #expect(frame.opcode == 1)
                let answer = try Livekit_SignalResponse(jsonUTF8Bytes: frame.payload)
                #expect(answer.pongResp.lastPingTimestamp == 7)
            }
        }
    }

    @Test func `a message may come in pieces, with a ping between them`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                let message: [UInt8] = try Livekit_SignalRequest.with { $0.ping = 300 }.serializedBytes()
                try await connection.sendFrame(2, [message[0]], isFinal: false)
                try await connection.sendFrame(9, Array("hi".utf8))
                #expect(try await connection.frame() == .init(opcode: 10, payload: Array("hi".utf8)))
                try await connection.sendFrame(0, Array(message.dropFirst()))
                #expect(try await response(connection.frame().payload).pong == 1_800_000_000_123)
            }
        }
    }

    @Test(
        arguments: [
            (2, [0xFF, 0xFF], true, 1007), (1, Array("{not json".utf8), true, 1007), (2, [], false, 1002),
            (2, [UInt8](repeating: 0, count: 2_097_153), true, 1009), (3, [], true, 1002),
        ] as [(UInt8, [UInt8], Bool, Int)]
    )
    func `a frame that means nothing ends the connection with a code that says why`(
        opcode: UInt8,
        payload: [UInt8],
        isMasked: Bool,
        code: Int
    ) async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                try await connection.sendFrame(opcode, payload, isMasked: isMasked)
                #expect(try await connection.frame().closeCode == code)
            }
            try await edge.waitUntil { $0.closedConnections == 1 }
            let received = try await edge.onRooms { $0.received.count }
            #expect(received == 0)
        }
    }

    @Test func `a message in ever more pieces is not collected for ever`() async throws {
        var limits = SignalLimits()
        limits.framesPerMessage = 10
        try await HTTPEdgeHarness.run(signalLimits: limits) { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                try await connection.sendFrame(2, [1], isFinal: false)
                for _ in 0..<20 { try await connection.sendFrame(0, [1], isFinal: false) }
                #expect(try await connection.frame().closeCode == 1009)
            }
        }
    }

    @Test func `a close of the client is answered, and the rooms are told once`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                try await connection.sendFrame(8, [0x03, 0xE8])
                #expect(try await connection.frame().closeCode == 1000)
                #expect(try await connection.isClosed())
            }
            try await edge.waitUntil { $0.closedConnections > 0 }
            let noted = try await edge.onRooms { $0.closedConnections }
            #expect(noted == 1)
        }
    }

    @Test(arguments: [false, true])
    func `a close of the rooms comes after what they sent, and is not reported back`(atOnce: Bool) async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.onRooms { rooms in
                rooms.closesAtOnce = atOnce
                rooms.greeting = [.with { $0.leave.reason = .roomDeleted }]
            }
            try await edge.connect { connection async throws in
                #expect(try await connection.upgrade("/rtc", token: token).status == 101)
                if !atOnce { try await edge.onRooms { rooms in rooms.connections.forEach { $0.close() } } }
                #expect(try await response(connection.frame().payload).leave.reason == .roomDeleted)
                let close = try await connection.frame()
                #expect(close == .init(opcode: 8, payload: [0x03, 0xE8]))
                #expect(try await connection.isClosed())
            }
            let noted = try await edge.onRooms { $0.closedConnections }
            #expect(noted == 0)
        }
    }

    @Test func `the server pings, and a client that stays silent is dropped`() async throws {
        var limits = SignalLimits()
        limits.pingInterval = .milliseconds(50)
        limits.silence = .milliseconds(500)
        try await HTTPEdgeHarness.run(signalLimits: limits) { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                #expect(try await connection.frame().opcode == 9)
                try await edge.waitUntil { $0.closedConnections == 1 }
            }
        }
    }

    @Test func `a client that does not read is dropped before its messages fill the memory`() async throws {
        var limits = SignalLimits()
        limits.unsentBytes = 1 << 20
        try await HTTPEdgeHarness.run(signalLimits: limits) { edge in
            try await edge.connect { connection async throws in
                _ = try await connection.upgrade("/rtc", token: token)
                let large = Livekit_SignalResponse.with {
                    $0.roomUpdate.room.metadata = String(repeating: "x", count: 1 << 18)
                }
                for _ in 0..<200 where try await edge.onRooms({ $0.closedConnections }) == 0 {
                    try await edge.onRooms { rooms in rooms.connections.forEach { $0.send(large) } }
                }
                try await edge.waitUntil { $0.closedConnections == 1 }
            }
        }
    }
}
