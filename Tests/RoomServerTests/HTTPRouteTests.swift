import LiveKitProtocol
import NIOCore
import Testing

@testable import RoomServer

@Suite(.timeLimit(.minutes(1))) struct HTTPRouteTests {
    @Test func `the root says that all is well, and other paths are not found`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let health = try await connection.request("GET", "/")
                #expect(health.status == 200)
                #expect(health.text == "OK")
                #expect(health.headers["access-control-allow-origin"] == "*")
                #expect(try await connection.request("GET", "/nothing").status == 404)
                #expect(try await connection.request("HEAD", "/").status == 200)
                // A request for /rtc that is no handshake finds nothing there.
                let headers = ["Authorization": "Bearer \(HTTPEdgeHarness.joinToken)"]
                #expect(try await connection.request("GET", "/rtc", headers: headers).status == 404)
                #expect(try await connection.request("GET", "/rtc/v1", headers: headers).status == 404)
            }
        }
    }

    @Test(arguments: ["/rtc/validate", "//rtc/validate", "///rtc/validate?auto_subscribe=1"])
    func `validate says success to whoever may join`(target: String) async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let answer = try await connection.request(
                    "GET",
                    target,
                    headers: ["Authorization": "Bearer \(HTTPEdgeHarness.joinToken)"]
                )
                #expect(answer.status == 200)
                #expect(answer.text == "success")
                #expect(answer.headers["access-control-allow-origin"] == "*")
            }
        }
    }

    @Test func `a token may stand in the query, and the header counts before it`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let target = "/rtc/validate?access_token=\(HTTPEdgeHarness.joinToken)"
                #expect(try await connection.request("GET", target).status == 200)
                let refused = try await connection.request("GET", target, headers: ["Authorization": "Bearer x"])
                #expect(refused.status == 401)
            }
        }
    }

    @Test func `a bad token is refused with the text that says why`() async throws {
        let noKey = AccessToken(identity: "a", video: .join("demo")).signed(key: "other", secret: "secret")
        let forged = AccessToken(identity: "a", video: .join("demo")).signed(key: "devkey", secret: "guess")
        let stale = AccessToken(identity: "a", video: .join("demo"), timeToLive: -3600)
            .signed(key: "devkey", secret: "secret")
        let cases: [(header: String?, text: String)] = [
            (nil, "no permissions to access the room"),
            ("Basic abc", "invalid authorization header. Must start with Bearer "),
            ("Bearer junk", "invalid authorization token"),
            ("Bearer \(noKey)", "invalid API key"),
            ("Bearer \(forged)", "invalid authorization token: signature does not match"),
            ("Bearer \(stale)", "invalid authorization token: token is expired (exp)"),
            ("Bearer \(HTTPEdgeHarness.token { $0.room = "demo" })", "no permissions to access the room"),
        ]
        try await HTTPEdgeHarness.run { edge in
            for (header, text) in cases {
                for target in ["/rtc/validate", "/rtc/v1/validate?join_request=CgA"] {
                    let answer = try await edge.connect { connection async throws in
                        try await connection.request(
                            "GET",
                            target,
                            headers: header.map { ["Authorization": $0] } ?? [:]
                        )
                    }
                    #expect(answer.status == 401)
                    #expect(answer.text == text)
                }
            }
        }
    }

    @Test func `a refused join is answered instead of upgraded, with its status and text`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.onRooms {
                $0.refusal = JoinFailure(httpStatus: 404, message: "requested room does not exist")
            }
            try await edge.connect { connection async throws in
                let answer = try await connection.upgrade("/rtc", token: HTTPEdgeHarness.joinToken)
                #expect(answer.status == 404)
                #expect(answer.text == "requested room does not exist")
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test func `a browser may call from any origin`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                let answer = try await connection.request(
                    "OPTIONS",
                    "/twirp/livekit.RoomService/ListRooms",
                    headers: [
                        "Origin": "https://example.com", "Access-Control-Request-Method": "POST",
                        "Access-Control-Request-Headers": "authorization,content-type",
                    ]
                )
                #expect(answer.status == 204)
                #expect(answer.headers["access-control-allow-origin"] == "*")
                #expect(answer.headers["access-control-allow-methods"] == "OPTIONS, HEAD, GET, POST, PATCH, DELETE")
                #expect(answer.headers["access-control-allow-headers"] == "authorization, content-type")
                #expect(answer.headers["access-control-max-age"] == "86400")
                #expect(try await connection.request("GET", "/").status == 200)
            }
        }
    }

    @Test func `requests sent in one go are answered in order`() async throws {
        try await HTTPEdgeHarness.run { edge in
            try await edge.connect { connection async throws in
                for _ in 0..<3 { try await connection.sendRequest("GET", "/") }
                try await connection.sendRequest("GET", "/nothing")
                for _ in 0..<3 { #expect(try await connection.answer().status == 200) }
                #expect(try await connection.answer().status == 404)
            }
        }
    }

    @Test func `a body beyond the limit is refused, announced or not`() async throws {
        var limits = HTTPLimits()
        limits.requestBody = 1000
        try await HTTPEdgeHarness.run(limits: limits) { edge in
            try await edge.connect { connection async throws in
                try await connection.send(Array("POST /twirp/x HTTP/1.1\r\nContent-Length: 5000\r\n\r\n".utf8))
                #expect(try await connection.answer().status == 413)
                #expect(try await connection.isClosed())
            }
            try await edge.connect { connection async throws in
                let chunk = "200\r\n\(String(repeating: "a", count: 512))\r\n"
                let head = "POST /twirp/x HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"
                try await connection.send(Array((head + chunk + chunk).utf8))
                #expect(try await connection.answer().status == 413)
            }
        }
    }

    @Test func `what is no HTTP gets a 400 and an end`() async throws {
        try await HTTPEdgeHarness.run { edge in
            for garbage in ["\u{16}\u{3}\u{1}\u{0}\u{2}\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/9.9\r\n\r\n"] {
                try await edge.connect { connection async throws in
                    try await connection.send(Array(garbage.utf8))
                    #expect(try await connection.answer().status == 400)
                    #expect(try await connection.isClosed())
                }
            }
            try await edge.connect { other async throws in #expect(try await other.request("GET", "/").status == 200) }
        }
    }

    @Test func `random bytes end their connection, never the server`() async throws {
        var generator = Noise(state: 7)
        let blobs = (0..<60).map { _ in
            (0..<Int.random(in: 1...300, using: &generator)).map { _ in UInt8.random(in: 0...255, using: &generator) }
        }
        var limits = HTTPLimits()
        limits.headTimeout = .milliseconds(400)
        try await HTTPEdgeHarness.run(limits: limits) { edge in
            for blob in blobs {
                try await edge.connect { connection async throws in
                    try? await connection.send(blob)
                    while try await !connection.isClosed() {}
                }
            }
            let answer = try await edge.connect { connection async throws in try await connection.request("GET", "/") }
            #expect(answer.status == 200)
        }
    }

    @Test func `a client that says nothing is not waited for`() async throws {
        var limits = HTTPLimits()
        limits.headTimeout = .milliseconds(500)
        limits.bodyTimeout = .milliseconds(500)
        limits.keepAlive = .milliseconds(500)
        try await HTTPEdgeHarness.run(limits: limits) { edge in
            try await edge.connect { other async throws in #expect(try await other.isClosed()) }
            try await edge.connect { connection async throws in
                try await connection.send(Array("GET / HTTP/1.1\r\nHost:".utf8))
                #expect(try await connection.isClosed())
            }
            try await edge.connect { connection async throws in
                try await connection.send(Array("POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc".utf8))
                #expect(try await connection.isClosed())
            }
            try await edge.connect { connection async throws in
                #expect(try await connection.request("GET", "/").status == 200)
                #expect(try await connection.isClosed())
            }
        }
    }

    @Test func `one connection too many is closed`() async throws {
        var limits = HTTPLimits()
        limits.connections = 1
        try await HTTPEdgeHarness.run(limits: limits) { edge in
            try await edge.connect { first async throws in
                #expect(try await first.request("GET", "/").status == 200)
                try await edge.connect { other async throws in #expect(try await other.isClosed()) }
                #expect(try await first.request("GET", "/").status == 200)
            }
        }
    }
}

/// Numbers that are the same in every run (the generator of Knuth's MMIX).
private struct Noise: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ state >> 33
    }
}
