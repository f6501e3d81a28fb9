import LiveKitProtocol
import Logging
import Media
import MediaWire
import NIOCore
import NIOPosix
import PeerTransportNIO
import Testing

@testable import Ingress

/// A listener whose one key leads to a sink that keeps what it is given.
private struct Entrance {
    let hub: PeerHub
    let listener: WHIPListener
    let gate: WHIPTestGate
    let log: WHIPLog
    let client: WHIPClient

    init(change: (inout WHIPConfiguration) -> Void = { _ in }) async throws {
        let hub = try await PeerHub.start(
            configuration: PeerHubConfiguration(bindAddress: "127.0.0.1", tcpPort: 0),
            on: MultiThreadedEventLoopGroup.singleton.next()
        )
        self.hub = hub
        let log = WHIPLog()
        self.log = log
        let gate = WHIPTestGate { resourceID in
            .transcode(TranscodedInput(sink: log, hub: hub, observer: log), resourceID: resourceID)
        }
        self.gate = gate
        var configuration = WHIPConfiguration(host: "127.0.0.1", port: 0)
        configuration.iceServers = [.init(url: "stun:stun.example.net")]
        change(&configuration)
        listener = try await WHIPListener.start(
            configuration,
            gate: gate,
            group: MultiThreadedEventLoopGroup.singleton,
            hub: hub,
            logger: Logger(label: "whip")
        )
        client = WHIPClient(port: listener.port)
    }

    func close() async {
        await listener.shutdown()
        await hub.shutdown()
    }
}

private func withEntrance(
    change: (inout WHIPConfiguration) -> Void = { _ in },
    _ body: (Entrance) async throws -> Void
) async throws {
    let entrance = try await Entrance(change: change)
    let result: Result<Void, any Error>
    do {
        result = .success(try await body(entrance))
    } catch {
        result = .failure(error)
    }
    await entrance.close()
    try result.get()
}

private let key = WHIPTestGate.key

@Suite(.serialized, .timeLimit(.minutes(2))) struct WHIPListenerTests {
    @Test(arguments: OfferFixture.all) func `an offer is answered with all that RFC 9725 asks for`(
        _ fixture: OfferFixture
    ) async throws {
        try await withEntrance { entrance in
            let answer = try await entrance.client.offer(fixture.text, to: "/w", key: key)
            #expect(answer.status == 201, "\(answer.text)")
            #expect(answer.headers["content-type"] == "application/sdp")
            #expect(answer.headers["location"] == "/w/WH_1")
            #expect(answer.headers["accept-patch"] == "application/trickle-ice-sdpfrag")
            #expect(answer.headers["link"] == "<stun:stun.example.net>; rel=\"ice-server\"")
            #expect(answer.headers["access-control-allow-origin"] == "*")
            #expect(answer.headers["access-control-expose-headers"]?.contains("Location, ETag, Link") == true)
            let description = try SessionDescription.parse(answer.text)
            let ufrag = try #require(description.media.first?.transport.iceUfrag)
            #expect(answer.headers["etag"] == "\"\(ufrag)\"")
            let offered = try SessionDescription.parse(fixture.text)
            #expect(description.media.map(\.mid) == offered.media.map(\.mid))
            #expect(description.media.allSatisfy { $0.direction == .recvonly && !$0.isRejected && $0.rtcpMux })
            #expect(description.media.allSatisfy { $0.transport.setup == .active })
            #expect(description.media[0].candidates.map(\.transport) == [.udp, .tcp])
            #expect(description.media[0].endOfCandidates)
            let video = try #require(description.media.first { $0.mediaType == "video" })
            #expect(video.payloads.compactMap(\.codec).map(\.encodingName) == fixture.video)
            #expect(video.simulcast?.receive ?? [] == fixture.rids)
            #expect(video.payloads.contains { $0.feedback.contains("nack pli") })
            #expect(entrance.gate.admitted.first?.layers == max(1, fixture.rids.count))
            #expect(entrance.listener.sessionCount == 1)
        }
    }

    /// A request, the status of its answer, and a word of it.
    struct Case: Sendable, CustomTestStringConvertible {
        var text: String
        var status: Int
        var mentions: String
        var testDescription: String { "\(status) \(mentions)" }

        init(_ head: String, body: String? = nil, status: Int, mentions: String = "") {
            let length = body.map { "Content-Length: \($0.utf8.count)\r\n" } ?? ""
            text = head.split(separator: "\n").map { $0 + "\r\n" }.joined() + length + "Connection: close\r\n\r\n"
            text += body ?? ""
            self.status = status
            self.mentions = mentions
        }
    }

    private static let obs = OfferFixture.obs.text
    static let cases = [
        Case("POST /w HTTP/1.1\nHost: t\nContent-Type: application/sdp", body: obs, status: 401, mentions: "key"),
        Case(
            "POST /w HTTP/1.1\nHost: t\nContent-Type: application/sdp\nAuthorization: Bearer nope",
            body: obs,
            status: 404,
            mentions: "ingress not found"
        ),
        Case(
            "POST /w/nope HTTP/1.1\nHost: t\nContent-Type: application/sdp",
            body: obs,
            status: 404,
            mentions: "not found"
        ),
        Case(
            "POST /w/\(key) HTTP/1.1\nHost: t\nContent-Type: text/plain",
            body: obs,
            status: 415,
            mentions: "text/plain"
        ),
        Case("POST /w/\(key) HTTP/1.1\nHost: t", body: obs, status: 415, mentions: "Content-Type"),
        Case(
            "POST /w/\(key) HTTP/1.1\nHost: t\nContent-Type: application/sdp",
            status: 411,
            mentions: "Content-Length"
        ),
        Case(
            "POST /w/\(key) HTTP/1.1\nHost: t\nContent-Type: application/sdp\nContent-Length: 9999999",
            status: 413,
            mentions: "larger"
        ),
        Case(
            "POST /w/\(key) HTTP/1.1\nHost: t\nContent-Type: application/sdp",
            body: "hello",
            status: 400,
            mentions: "SDP"
        ),
        Case(
            "POST /w/\(key) HTTP/1.1\nHost: t\nContent-Type: Application/SDP; charset=utf-8",
            body: obs.replacing("a=ice-pwd", with: "a=x-pwd"),
            status: 400,
            mentions: "ice-pwd"
        ),
        Case(
            "POST /w/\(key) HTTP/1.1\nHost: t\nContent-Type: application/sdp",
            body: obs.replacing("a=group:BUNDLE 0 1", with: "a=group:BUNDLE 0"),
            status: 406,
            mentions: "BUNDLE"
        ),
        Case("GET /w/\(key) HTTP/1.1\nHost: t", status: 405, mentions: "POST"),
        Case(
            "DELETE /w/WH_9 HTTP/1.1\nHost: t\nAuthorization: Bearer \(key)",
            status: 404,
            mentions: "no such session"
        ),
        Case(
            "PATCH /w/WH_9 HTTP/1.1\nHost: t\nContent-Type: application/trickle-ice-sdpfrag",
            body: "a=end-of-candidates",
            status: 404,
            mentions: "no such session"
        ),
        Case(
            "PATCH /w/WH_9 HTTP/1.1\nHost: t\nContent-Type: application/sdp",
            body: "x",
            status: 415,
            mentions: "sdpfrag"
        ),
        Case("GET /health HTTP/1.1\nHost: t", status: 200, mentions: "Healthy"),
        Case("GET /availability HTTP/1.1\nHost: t", status: 503, mentions: "No availability"),
        Case("GET /a/b/c HTTP/1.1\nHost: t", status: 404, mentions: "nothing is here"),
        Case("hello\nHost: t", status: 400, mentions: "HTTP/1.1"),
        Case("POST /\(String(repeating: "w", count: 20_000)) HTTP/1.1\nHost: t", status: 431, mentions: "16384 bytes"),
        Case(
            "GET /health HTTP/1.1\n" + (0..<65).map { "X-\($0): x" }.joined(separator: "\n"),
            status: 431,
            mentions: "64 headers"
        ),
    ]

    @Test func `each request is answered with its status and a sentence`() async throws {
        try await withEntrance(change: {
            $0.availability = { .init(isGood: false, text: "No availability") }
        }) { entrance in
            for asked in Self.cases {
                let answer = try await entrance.client.exchange(asked.text)
                #expect(answer.status == asked.status, "\(asked.testDescription): \(answer)")
                #expect(answer.text.contains(asked.mentions), "\(answer.text)")
                #expect(!answer.text.contains(key))
            }
            #expect(entrance.listener.sessionCount == 0)
        }
    }

    @Test func `a client that goes on sending too large a header sees the answer`() async throws {
        try await withEntrance { entrance in
            for _ in 0..<20 {
                let long = "POST /w HTTP/1.1\r\nHost: t\r\nX-Long: " + String(repeating: "x", count: 1 << 20)
                let answer = try await entrance.client.exchange(long)
                #expect(answer.status == 431, "\(answer)")
                #expect(answer.headers["connection"] == "close")
            }
        }
    }

    @Test func `preflights are answered for pages of any origin`() async throws {
        try await withEntrance { entrance in
            let asked = [("Origin", "https://a.example"), ("Access-Control-Request-Headers", "authorization,if-match")]
            let answer = try await entrance.client.send("OPTIONS", "/w", headers: asked)
            #expect(answer.status == 204)
            #expect(answer.headers["access-control-allow-methods"] == "OPTIONS, POST")
            #expect(answer.headers["access-control-allow-headers"] == "authorization, if-match")
            #expect(answer.headers["accept-post"] == "application/sdp")
            let session = try await entrance.client.send("OPTIONS", "/w/WH_1/x")
            #expect(session.headers["access-control-allow-methods"] == "OPTIONS, PATCH, DELETE")
        }
    }

    @Test(arguments: [
        WHIPRefusal.disabled, .capacity, .shuttingDown, .notAcceptable("invalid simulcast configuration"),
    ]) func `a gate's refusal is the answer`(_ refusal: WHIPRefusal) async throws {
        try await withEntrance { entrance in
            entrance.gate.refuse(refusal)
            let answer = try await entrance.client.offer(OfferFixture.obs.text, to: "/w/\(key)")
            #expect(answer.status == refusal.status)
            #expect(answer.text == refusal.message)
            #expect(entrance.listener.sessionCount == 0)
        }
    }

    @Test func `a session belongs to the bearer of its key`() async throws {
        try await withEntrance { entrance in
            _ = try await entrance.client.offer(OfferFixture.obs.text, to: "/w", key: key)
            let fragment = "a=end-of-candidates"
            for (credential, status) in [(nil, 401), ("Bearer wrong", 403), ("wrong", 403)] as [(String?, Int)] {
                let shown = credential.map { [("Authorization", $0)] } ?? []
                let deleted = try await entrance.client.send("DELETE", "/w/WH_1", headers: shown)
                #expect(deleted.status == status)
                let patched = try await entrance.client.send(
                    "PATCH",
                    "/w/WH_1",
                    headers: shown + [("Content-Type", "application/trickle-ice-sdpfrag"), ("If-Match", "*")],
                    body: fragment
                )
                #expect(patched.status == status)
            }
            #expect(entrance.listener.sessionCount == 1)
            let deleted = try await entrance.client.send("DELETE", "/w/WH_1", headers: [("Authorization", key)])
            #expect(deleted.status == 200)
            #expect(entrance.listener.sessionCount == 0)
            #expect(entrance.log.words.last == "ended: the publisher ended the session")
            #expect(entrance.log.events == [.ended])
            let again = try await entrance.client.send("DELETE", "/w/WH_1", headers: [("Authorization", key)])
            #expect(again.status == 404)
        }
    }

    @Test func `a session whose key was in the path has a secret URL without the key`() async throws {
        try await withEntrance { entrance in
            let answer = try await entrance.client.offer(OfferFixture.obs.text, to: "/w/\(key)")
            let location = try #require(answer.headers["location"])
            #expect(location.hasPrefix("/w/WH_1/"))
            #expect(!location.contains(key))
            #expect(location.count >= "/w/WH_1/".count + 32)
            for other in ["/w/WH_1", "/w/WH_1/\(key)", location + "x"] {
                let refused = try await entrance.client.send("DELETE", other)
                #expect([401, 403].contains(refused.status), "\(other)")
            }
            #expect(try await entrance.client.send("DELETE", location).status == 200)
            #expect(entrance.listener.sessionCount == 0)
        }
    }

    @Test func `sessions being set up are bounded and shutting down ends what there is`() async throws {
        try await withEntrance(change: { $0.limits.sessionsInSetup = 1 }) { entrance in
            #expect(try await entrance.client.offer(OfferFixture.obs.text, to: "/w", key: key).status == 201)
            let refused = try await entrance.client.offer(OfferFixture.obs.text, to: "/w", key: key)
            #expect(refused.status == 429)
            #expect(refused.text == "server capacity exceeded")
            await entrance.listener.shutdown()
            #expect(try await becomesTrue { entrance.log.words.last == "ended: server shutting down" })
            #expect(try await becomesTrue { entrance.listener.sessionCount == 0 })
        }
    }

    @Test func `another worker's request reaches a session and strangers' do not`() async throws {
        try await withEntrance { entrance in
            _ = try await entrance.client.offer(OfferFixture.obs.text, to: "/w", key: key)
            let stranger = WHIPResourceRequest(resourceID: "WH_7", credential: WHIPStreamKey(key), action: .delete)
            #expect(try await entrance.listener.handle(stranger) == nil)
            let wrong = WHIPResourceRequest(resourceID: "WH_1", credential: WHIPStreamKey("wrong"), action: .delete)
            await #expect(throws: WHIPRefusal.wrongKey) { try await entrance.listener.handle(wrong) }
            let right = WHIPResourceRequest(resourceID: "WH_1", credential: WHIPStreamKey(key), action: .delete)
            #expect(try await entrance.listener.handle(right) == .deleted)
        }
    }

    @Test func `media reaches the sink in step and an ICE restart goes unnoticed`() async throws {
        try await withEntrance { entrance in
            let publisher = try await WHIPTestPublisher.make(hub: try await entrance.hub.companion())
            let made = try await entrance.client.offer(try await publisher.offer(), to: "/w", key: key)
            try await publisher.begin(answer: made.text)
            #expect(try await becomesTrue { entrance.log.events.count > 100 })
            let patchHeaders = [
                ("Content-Type", "application/trickle-ice-sdpfrag"), ("Authorization", "Bearer \(key)"),
            ]
            let fragment = try await publisher.restartICE()
            for (tag, status) in [(nil, 428), ("\"old\"", 412)] as [(String?, Int)] {
                let headers = patchHeaders + (tag.map { [("If-Match", $0)] } ?? [])
                let refused = try await entrance.client.send("PATCH", "/w/WH_1", headers: headers, body: fragment)
                #expect(refused.status == status)
            }
            let any = patchHeaders + [("If-Match", "*")]
            let restarted = try await entrance.client.send("PATCH", "/w/WH_1", headers: any, body: fragment)
            #expect(restarted.status == 200, "\(restarted.text)")
            #expect(restarted.headers["content-type"] == "application/trickle-ice-sdpfrag")
            let tag = try #require(restarted.headers["etag"])
            #expect(tag != made.headers["etag"])
            #expect(restarted.text.contains("a=ice-ufrag:" + tag.filter { $0 != "\"" }))
            let repeated = try await entrance.client.send("PATCH", "/w/WH_1", headers: any, body: fragment)
            #expect(repeated.headers["etag"] == tag)
            let stale = patchHeaders + [("If-Match", made.headers["etag"] ?? "")]
            #expect(try await entrance.client.send("PATCH", "/w/WH_1", headers: stale, body: fragment).status == 412)
            let present = patchHeaders + [("If-Match", tag)]
            let trickled = try await entrance.client.send("PATCH", "/w/WH_1", headers: present, body: fragment)
            #expect(trickled.status == 204)
            #expect(trickled.headers["etag"] == nil)
            try await publisher.complete(answer: made.text, fragment: restarted.text)
            let before = entrance.log.events.count
            #expect(try await becomesTrue { entrance.log.events.count > before + 100 })
            try Self.check(entrance.log.events)
            #expect(try await becomesTrue { !entrance.log.inputs.isEmpty })
            #expect(entrance.log.inputs.first?.video?.width == 640)
            #expect(entrance.log.inputs.first?.video?.mimeType == "video/VP8")
            #expect(entrance.log.inputs.first?.audio?.sampleRate == 48_000)
            try await publisher.vanish(saysGoodbye: true)
            #expect(try await becomesTrue { entrance.log.words.last == "lost" })
            #expect(entrance.listener.sessionCount == 0)
            let again = try await entrance.client.send("PATCH", "/w/WH_1", headers: present, body: fragment)
            #expect(again.status == 404, "there is no connection to restart")
            let deleted = try await entrance.client.send("DELETE", "/w/WH_1", headers: patchHeaders)
            #expect(deleted.status == 200, "the publisher may still end what waits for it")
            #expect(entrance.log.words.last == "ended: the publisher ended the session")
            #expect(try await entrance.client.send("DELETE", "/w/WH_1", headers: patchHeaders).status == 404)
        }
    }

    /// One announcement of each kind, times that rise in both, and the two together.
    private static func check(_ events: [InputEvent]) throws {
        var tracks: [InputTrack] = []
        var times: [MediaKind: [Double]] = [:]
        for event in events {
            switch event {
            case .track(let track): tracks.append(track)
            case .sample(let kind, let packet):
                times[kind, default: []].append(Double(packet.pts) / Double(packet.timescale))
                #expect(packet.timescale == (kind == .audio ? 48_000 : 90_000))
            case .ended: Issue.record("it ended")
            }
        }
        #expect(tracks.count == 2)
        #expect(Set(tracks.map(\.format)) == [.opus, .vp8])
        #expect(tracks.first { $0.kind == .video }?.width == 640)
        for kind in [MediaKind.audio, .video] {
            let all = try #require(times[kind])
            #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
        }
        let sound = try #require(times[.audio]?.last)
        let picture = try #require(times[.video]?.last)
        #expect(abs(sound - picture) < 0.06)
    }
}
