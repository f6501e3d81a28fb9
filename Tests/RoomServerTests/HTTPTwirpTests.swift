import LiveKitProtocol
import NIOCore
import SwiftProtobuf
import Testing

@testable import RoomServer

@Suite(.timeLimit(.minutes(1))) struct HTTPTwirpTests {
    private let json = "application/json"
    private let creator = HTTPEdgeHarness.token { $0.roomCreate = true }

    private func headers(_ token: String, _ type: String) -> [String: String] {
        ["Authorization": "Bearer \(token)", "Content-Type": type]
    }

    @Test func `a call in Protobuf is answered in Protobuf`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let request = Livekit_CreateRoomRequest.with { $0.name = "demo" }
                let answer = try await connection.request(
                    "POST",
                    "/twirp/livekit.RoomService/CreateRoom",
                    headers: headers(creator, "application/protobuf"),
                    body: request.serializedBytes()
                )
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == "application/protobuf")
                #expect(try Livekit_Room(serializedBytes: answer.body).name == "demo")
            }
        }
    }

    @Test(arguments: [#""emptyTimeout": 7"#, #""empty_timeout": 7, "unheard_of": [1]"#])
    func `a call in JSON takes either spelling and is answered with every field`(field: String) async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let answer = try await connection.request(
                    "POST",
                    "/twirp/livekit.RoomService/CreateRoom",
                    headers: headers(creator, "application/json; charset=utf-8"),
                    body: Array(#"{"name":"demo", \#(field)}"#.utf8)
                )
                #expect(answer.status == 200)
                #expect(answer.headers["content-type"] == json)
                #expect(answer.text.hasPrefix(#"{"sid":"","name":"demo","empty_timeout":7,"#))
                #expect(answer.text.contains(#""creation_time_ms":"1800000000123""#))
                #expect(answer.text.contains(#""enabled_codecs":[]"#))
            }
        }
    }

    @Test func `an error has its code, its text and its status`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let answer = try await connection.request(
                    "POST",
                    "/twirp/livekit.RoomService/DeleteRoom",
                    headers: headers(creator, json),
                    body: Array("{}".utf8)
                )
                #expect(answer.status == 404)
                #expect(answer.text == #"{"code":"not_found","msg":"requested room does not exist"}"#)
            }
        }
    }

    private static let administrative = [
        "ListParticipants", "GetParticipant", "RemoveParticipant", "MutePublishedTrack", "UpdateParticipant",
        "UpdateSubscriptions", "SendData", "UpdateRoomMetadata",
    ]

    @Test func `each method needs its own grant, and an administrator rules in one room`() async throws {
        let rights: [(name: String, token: String, may: Set<String>)] = [
            ("create", creator, ["CreateRoom"]),
            ("list", HTTPEdgeHarness.token { $0.roomList = true }, ["ListRooms"]),
            (
                "admin",
                HTTPEdgeHarness.token {
                    $0.roomAdmin = true
                    $0.room = "demo"
                }, Set(Self.administrative)
            ),
            (
                "admin elsewhere",
                HTTPEdgeHarness.token {
                    $0.roomAdmin = true
                    $0.room = "other"
                }, []
            ),
            ("admin of nothing", HTTPEdgeHarness.token { $0.roomAdmin = true }, []),
            ("join", HTTPEdgeHarness.joinToken, []),
        ]
        try await HTTPEdgeHarness.run { edge in
            for (name, token, may) in rights {
                for method in ["CreateRoom", "ListRooms"] + Self.administrative {
                    let answer = try await edge.connect { connection async throws in
                        try await connection.request(
                            "POST",
                            "/twirp/livekit.RoomService/\(method)",
                            headers: headers(token, json),
                            body: Array(#"{"room":"demo"}"#.utf8)
                        )
                    }
                    if may.contains(method) {
                        #expect(answer.status == 200, "\(name) \(method)")
                    } else {
                        #expect(answer.status == 401, "\(name) \(method)")
                        #expect(answer.text == #"{"code":"unauthenticated","msg":"permissions denied"}"#)
                    }
                }
            }
            let calls = try await edge.onRooms { $0.calls }
            #expect(Set(calls) == Set(["CreateRoom", "ListRooms"] + Self.administrative))
        }
    }

    @Test func `nobody without a token gets anything parsed`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let answer = try await connection.request(
                    "POST",
                    "/twirp/livekit.RoomService/ListRooms",
                    headers: ["Content-Type": json],
                    body: Array("{".utf8)
                )
                #expect(answer.status == 401)
                #expect(answer.text.contains("permissions denied"))
            }
        }
    }

    @Test(arguments: [
        ("GET", "livekit.RoomService/ListRooms", "application/json", "{}", 404, "bad_route"),
        ("POST", "livekit.RoomService/Nothing", "application/json", "{}", 404, "bad_route"),
        ("POST", "RoomService/ListRooms", "application/json", "{}", 404, "bad_route"),
        ("POST", "livekit.RoomService/ListRooms", "text/plain", "{}", 404, "bad_route"),
        ("POST", "livekit.RoomService/ListRooms", "application/json", "{", 400, "malformed"),
        ("POST", "livekit.RoomService/ListRooms", "application/json", #"{"names":1}"#, 400, "malformed"),
        ("POST", "livekit.RoomService/ListRooms", "application/protobuf", "\u{7F}", 400, "malformed"),
    ])
    func `a call that cannot be understood is refused by the rules of Twirp`(
        method: String,
        path: String,
        type: String,
        body: String,
        status: Int,
        code: String
    ) async throws {
        let token = HTTPEdgeHarness.token { $0.roomList = true }
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let answer = try await connection.request(
                    method,
                    "/twirp/\(path)",
                    headers: headers(token, type),
                    body: Array(body.utf8)
                )
                #expect(answer.status == status)
                #expect(TwirpError(jsonBody: answer.body)?.code.rawValue == code)
            }
        }
    }

    @Test func `a mounted service takes its time, and its errors arrive`() async throws {
        var router = TwirpRouter()
        router.register(
            service: "livekit.Egress",
            method: "StopEgress",
            isAllowed: { claims, _ in claims.video?.roomRecord == true }
        ) { (request: Livekit_StopEgressRequest) async throws(TwirpError) -> Livekit_EgressInfo in
            await Task.yield()
            guard request.egressID == "EG_1" else { throw TwirpError(.notFound, "egress does not exist") }
            return .with { $0.egressID = request.egressID }
        }
        let token = HTTPEdgeHarness.token { $0.roomRecord = true }
        try await HTTPEdgeHarness.run(twirp: router) { edge in
            for (id, caller, status) in [("EG_1", token, 200), ("EG_2", token, 404), ("EG_1", creator, 401)] {
                try await edge.connect { connection async throws in
                    let answer = try await connection.request(
                        "POST",
                        "/twirp/livekit.Egress/StopEgress",
                        headers: headers(caller, json),
                        body: Array(#"{"egress_id":"\#(id)"}"#.utf8)
                    )
                    #expect(answer.status == status)
                }
            }
        }
    }
}
