import Media
import MediaWire
import NIOHTTP1
import Testing

@testable import Ingress

@Suite("Pulling a file over HTTP", .timeLimit(.minutes(2)), .serialized)
struct URLPullFileTests {
    private let media: PullMedia

    init() throws {
        media = try PullMedia()
    }

    private func check(_ sink: PulledEvents, pictures: Int = 50) {
        let video = sink.samples(.video)
        #expect(video.count == pictures)
        #expect(video.first?.isKeyFrame == true)
        #expect(zip(video, video.dropFirst()).allSatisfy { $0.dts < $1.dts })
        #expect((1.8...2.1).contains(sink.span(.audio)), "\(sink.span(.audio)) s of sound")
        #expect(sink.isEnded)
    }

    @Test(
        "hands on all of an MP4 whose index is in front or at the end, in real time",
        arguments: [["-movflags", "+faststart"], []]
    )
    func mp4(flags: [String]) async throws {
        try media.make("a.mp4", ["-c:v", "libx264", "-c:a", "aac"] + flags)
        let bytes = try media.bytes("a.mp4")
        let server = try await PullServer { .file(bytes, $0) }
        let bench = PullBench()
        let clock = ContinuousClock()
        let start = clock.now
        #expect(try await bench.run("\(server.url)/a.mp4") == .complete)
        #expect(clock.now - start >= .milliseconds(1900), "a file is paced")
        check(bench.sink)
        let tracks = bench.sink.tracks
        #expect(tracks.map(\.format).sorted { $0.rawValue < $1.rawValue } == [.aac, .h264])
        #expect(tracks.first { $0.kind == .video }.map { [$0.width, $0.height] } == [160, 90])
        #expect(tracks.first { $0.kind == .video }?.header.first == 1, "an avcC")
        #expect(tracks.first { $0.kind == .audio }?.sampleRate == 48_000)
    }

    @Test(
        "knows what containers and codecs hold",
        arguments: [
            ("a.mkv", ["-c:v", "libx264", "-c:a", "libopus"], [InputTrack.Format.h264, .opus]),
            ("a.webm", ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libvorbis"], [.vp8, .vorbis]),
            ("a.ts", ["-c:v", "libx264", "-c:a", "aac"], [.h264, .aac]),
            ("b.ts", ["-c:v", "mpeg2video", "-c:a", "mp2"], [.mpeg2, .mp2]),
            ("c.ts", ["-c:v", "libx264", "-c:a", "ac3"], [.h264, .ac3]),
            ("a.flv", ["-c:v", "libx264", "-c:a", "aac"], [.h264, .aac]),
        ]
    )
    func containers(name: String, output: [String], formats: [InputTrack.Format]) async throws {
        try media.make(name, output)
        let bytes = try media.bytes(name)
        let server = try await PullServer { .file(bytes, $0, type: "application/octet-stream") }
        let bench = PullBench()
        #expect(try await bench.run("\(server.url)/\(name)") == .complete)
        #expect(Set(bench.sink.tracks.map(\.format)) == Set(formats))
        check(bench.sink)
        if name.hasSuffix(".ts") {
            #expect(bench.sink.tracks.first { $0.format == .h264 }?.header ?? [] == [], "Annex B has no header")
        }
    }

    @Test("takes sound alone", arguments: [("a.mp3", "mp3", InputTrack.Format.mp3), ("a.ogg", "ogg", .vorbis)])
    func sound(name: String, container: String, format: InputTrack.Format) async throws {
        try media.make(name, ["-vn", "-f", container])
        let bytes = try media.bytes(name)
        let server = try await PullServer { .file(bytes, $0, type: "audio/mpeg") }
        let bench = PullBench()
        #expect(try await bench.run("\(server.url)/\(name)") == .complete)
        #expect(bench.sink.tracks.map(\.format) == [format])
        #expect(bench.sink.span(.audio) > 1.8)
    }

    @Test("goes on where a connection breaks, at the byte where it broke")
    func resumes() async throws {
        try media.make("a.mp4", ["-c:v", "libx264", "-c:a", "aac", "-movflags", "+faststart"])
        let bytes = try media.bytes("a.mp4")
        let piece = bytes.count / 3
        let server = try await PullServer { head in
            var reply = PullServer.Reply.file(bytes, head)
            if reply.body.count > piece { reply.cut = piece }
            return reply
        }
        let bench = PullBench()
        #expect(try await bench.run("\(server.url)/a.mp4") == .complete)
        check(bench.sink)
        #expect(server.requests.count >= 3)
        #expect(server.requests.last?.headers.first(name: "if-range") == "\"1\"")
    }

    @Test("takes MPEG-TS without a length to its end")
    func withoutLength() async throws {
        try media.make("a.ts")
        let bytes = try media.bytes("a.ts")
        let server = try await PullServer { _ in
            PullServer.Reply(headers: [("Content-Type", "video/mp2t")], body: bytes, isChunked: true)
        }
        let bench = PullBench()
        #expect(try await bench.run("\(server.url)/a.ts") == .complete)
        check(bench.sink)
    }

    @Test("sends the URL's credentials to its server, and shows none of them")
    func credentials() async throws {
        let server = try await PullServer { _ in .missing }
        let bench = PullBench()
        let outcome = try await bench.run("http://name:word@127.0.0.1:\(server.port)/secret/a.mp4?token=hidden")
        #expect(outcome.code == .notFound)
        #expect(outcome.text.contains("HTTP request failed with code 404"))
        for secret in ["word", "secret", "hidden"] { #expect(!outcome.text.contains(secret)) }
        #expect(server.requests.first?.headers.first(name: "authorization") == "Basic bmFtZTp3b3Jk")
        #expect(server.requests.count == 1, "what is not there is not asked for again")
    }

    @Test("ends when it is told to, in the middle of a file")
    func stops() async throws {
        try media.make("a.ts", seconds: 20)
        let bytes = try media.bytes("a.ts")
        let server = try await PullServer { .file(bytes, $0) }
        let bench = PullBench()
        let pull = try bench.pull("\(server.url)/a.ts")
        let outcome = await withTaskGroup(of: URLPull.Outcome?.self) { group in
            group.addTask { await pull.run() }
            while bench.sink.samples(.video).count < 5 { await Task.yield() }
            group.cancelAll()
            return await group.next() ?? nil
        }
        #expect(outcome == .stopped)
        #expect(bench.sink.isEnded && bench.sink.samples(.video).count < 200)
    }
}
