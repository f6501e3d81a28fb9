import MediaWire
import NIOHTTP1
import NIOPosix
import Synchronization
import Testing

@testable import Ingress

@Suite("What a pull refuses", .timeLimit(.minutes(2)), .serialized)
struct URLPullRefusalTests {
    @Test(
        "addresses that are not allowed, under any name",
        arguments: [
            "http://127.0.0.2:9/a", "https://127.0.0.2:9/a", "http://inner.test/a", "srt://127.0.0.2:9",
            "rtmp://inner.test/live/a", "rtmps://inner.test/live/a", "rtsp://inner.test/a", "rtsps://127.0.0.3/a",
            "http://[::1]:9/a", "http://[::ffff:127.0.0.2]:9/a", "http://169.254.169.254/latest/meta-data/",
        ]
    )
    func addresses(url: String) async throws {
        var bench = PullBench()
        bench.hosts = ["inner.test": "10.0.0.1"]
        let outcome = try await bench.run(url)
        #expect(outcome.code == .refusedAddress, "\(outcome)")
        #expect(bench.sink.events == [.ended])
    }

    @Test("redirects to such addresses", arguments: [301, 302, 303, 307, 308])
    func redirects(status: Int) async throws {
        let inner = try await PullServer(at: "127.0.0.2") { _ in .missing }
        let server = try await PullServer { _ in .redirect(to: "\(inner.url)/a", status: status) }
        let bench = PullBench()
        let outcome = try await bench.run("\(server.url)/a")
        #expect(outcome.code == .refusedAddress, "\(outcome)")
        #expect(inner.requests.isEmpty && server.requests.count == 1)
    }

    @Test("redirects to other schemes", arguments: ["file:///etc/passwd", "rtmp://127.0.0.1/live/a", "data:,x"])
    func schemes(place: String) async throws {
        let server = try await PullServer { _ in .redirect(to: place) }
        #expect(try await PullBench().run("\(server.url)/a").code == .invalidURL)
    }

    @Test("more than five redirects in a row")
    func loops() async throws {
        let server = try await PullServer { head in
            .redirect(to: "/\((Int(head.uri.dropFirst()) ?? 0) + 1)")
        }
        #expect(try await PullBench().run("\(server.url)/0").code == .excessive)
        #expect(server.requests.map(\.uri) == ["/0", "/1", "/2", "/3", "/4", "/5"])
    }

    @Test(
        "a playlist whose parts lie at such addresses, whichever part it is",
        arguments: [
            "#EXTINF:1,\nhttp://127.0.0.2:PORT/a.ts\n#EXT-X-ENDLIST",
            "#EXT-X-KEY:METHOD=AES-128,URI=\"http://127.0.0.2:PORT/key\"\n#EXTINF:1,\na.ts\n#EXT-X-ENDLIST",
            "#EXT-X-MAP:URI=\"http://127.0.0.2:PORT/init\"\n#EXTINF:1,\na.mp4\n#EXT-X-ENDLIST",
            "#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://127.0.0.2:PORT/b.m3u8",
            "#EXTINF:1,\n/hop\n#EXT-X-ENDLIST",
        ]
    )
    func playlists(text: String) async throws {
        let inner = try await PullServer(at: "127.0.0.2") { _ in .missing }
        let port = inner.port
        let server = try await PullServer { head in
            switch head.uri {
            case "/a.m3u8":
                .text(
                    "#EXTM3U\n#EXT-X-TARGETDURATION:1\n" + text.replacing("PORT", with: "\(port)") + "\n"
                )
            case "/hop": .redirect(to: "http://127.0.0.2:\(port)/a.ts")
            default: .missing
            }
        }
        let outcome = try await PullBench().run("\(server.url)/a.m3u8")
        #expect(outcome.code == .refusedAddress, "\(outcome)")
        #expect(inner.requests.isEmpty)
    }

    @Test("a name that means another address the second time: the one that was judged is connected to")
    func rebinding() async throws {
        let outer = try await PullServer { _ in .redirect(to: "/b") }
        let inner = try await PullServer(at: "127.0.0.2", port: outer.port) { _ in .missing }
        let answers = Mutex(0)
        let connector = try GuardedConnector(
            group: MultiThreadedEventLoopGroup.singleton,
            addressGuard: AddressGuard(allowed: [try AddressRange("127.0.0.1")]),
            resolver: HostResolver { _ throws(PullFailure) in
                let count = answers.withLock { count in
                    count += 1
                    return count
                }
                return [IPAddress(v4: (127, 0, 0, count == 1 ? 1 : 2))]
            }
        )
        let url = try PullURL("http://rebind.test:\(outer.port)/a")
        let outcome = await URLPull(url, connector: connector, sink: PulledEvents()).run()
        #expect(outcome.code == .refusedAddress, "\(outcome)")
        #expect(outer.requests.count == 1 && inner.requests.isEmpty)
        #expect(answers.withLock { $0 } == 2, "one answer for each connection")
    }

    @Test("what is no media, and says what it is")
    func types() async throws {
        let server = try await PullServer { _ in
            .text("<html>" + String(repeating: "no media ", count: 500), type: "text/html; charset=utf-8")
        }
        let outcome = try await PullBench().run("\(server.url)/a")
        #expect(outcome.code == .unsupportedContainer)
        #expect(outcome.text.contains("unsupported mime type (text/html) for the source media"), "\(outcome)")
    }

    @Test("codecs it does not know, before it announces anything")
    func codecs() async throws {
        let media = try PullMedia()
        try media.make("a.mkv", ["-c:v", "libx264", "-c:a", "wmav2"])
        let bytes = try media.bytes("a.mkv")
        let server = try await PullServer { .file(bytes, $0) }
        let bench = PullBench()
        let outcome = try await bench.run("\(server.url)/a.mkv")
        #expect(outcome.code == .unsupportedFormat)
        #expect(outcome.text.contains("unsupported format for the source media: its audio is wmav2"), "\(outcome)")
        #expect(bench.sink.events == [.ended])
    }

    @Test("servers that say nothing, or headers without end")
    func silence() async throws {
        var bench = PullBench()
        bench.limits.answer = .milliseconds(400)
        let silent = try await PullServer { _ in PullServer.Reply(isSilent: true) }
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await bench.run("\(silent.url)/a")
        #expect(outcome.code == .unavailable && clock.now - start < .seconds(4), "\(outcome)")
        let line = "X-Filler: " + String(repeating: "x", count: 1000) + "\r\n"
        let endless = try await RawPullServer(first: "HTTP/1.1 200 OK\r\n", endless: line)
        let flood = try await PullBench().run("http://127.0.0.1:\(endless.port)/a")
        #expect(flood.code == .excessive || flood.code == .unavailable, "\(flood)")
        let hints = try await RawPullServer(first: "", endless: "HTTP/1.1 103 Early Hints\r\n\r\n")
        let informed = try await PullBench().run("http://127.0.0.1:\(hints.port)/a")
        #expect(informed.code == .excessive || informed.code == .unavailable, "\(informed)")
    }

    @Test("a body that stalls, after the limit")
    func stall() async throws {
        var bench = PullBench()
        bench.limits.silence = .milliseconds(400)
        let server = try await RawPullServer(first: "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n\u{47}")
        let outcome = try await bench.run("http://127.0.0.1:\(server.port)/a")
        #expect(outcome.code == .unavailable, "\(outcome)")
    }

    @Test("to look for streams without end")
    func probing() async throws {
        let server = try await RawPullServer(
            first: "HTTP/1.1 200 OK\r\nContent-Type: video/mp2t\r\n\r\n",
            // Packets of MPEG-TS on a stream that no table names.
            endless: String(repeating: "G\u{1F}\u{7F}\u{10}" + String(repeating: "x", count: 184), count: 50)
        )
        var bench = PullBench()
        bench.limits.opening = .seconds(2)
        let clock = ContinuousClock()
        let start = clock.now
        let outcome = try await bench.run("http://127.0.0.1:\(server.port)/a")
        #expect(outcome.code == .noMedia || outcome.code == .unavailable, "\(outcome)")
        #expect(clock.now - start < .seconds(10))
    }
}
