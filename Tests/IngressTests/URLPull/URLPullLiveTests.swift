import Foundation
import Media
import MediaWire
import NIOHTTP1
import Synchronization
import TestKit
import Testing

@testable import Ingress

@Suite("Pulling playlists and live streams", .timeLimit(.minutes(3)), .serialized)
struct URLPullLiveTests {
    private let media: PullMedia

    init() throws {
        media = try PullMedia()
    }

    /// Segments of half a second, with their playlist.
    private func segments(seconds: Int = 2, _ more: [String] = []) throws {
        try media.make(
            "list.m3u8",
            seconds: seconds,
            ["-c:v", "libx264", "-c:a", "aac", "-f", "hls", "-hls_time", "0.48", "-hls_list_size", "0"] + more
        )
    }

    @Test(
        "takes a recorded playlist to its end, plain, encrypted and as fragmented MP4",
        arguments: ["plain", "encrypted", "fmp4"]
    )
    func recorded(kind: String) async throws {
        var more: [String] = []
        if kind == "fmp4" { more = ["-hls_segment_type", "fmp4"] }
        if kind == "encrypted" {
            try Data((0..<16).map { UInt8($0) }).write(to: URL(filePath: media.folder + "/key"))
            let info = media.folder + "/info"
            try Data("key\n\(media.folder)/key\n".utf8).write(to: URL(filePath: info))
            more = ["-hls_key_info_file", info]
        }
        try segments(more)
        let folder = media
        let server = try await PullServer { head in URLPullLiveTests.reply(folder, head.uri) }
        let bench = PullBench()
        #expect(try await bench.run("\(server.url)/list.m3u8") == .complete)
        #expect(bench.sink.samples(.video).count == 50)
        #expect(bench.sink.isEnded)
        #expect((bench.sink.tracks.first { $0.kind == .video }?.header.isEmpty == true) == (kind != "fmp4"))
    }

    private static func reply(_ media: PullMedia, _ uri: String) -> PullServer.Reply {
        let name = uri.dropFirst().prefix { $0 != "?" }
        guard let bytes = try? media.bytes(String(name)) else { return .missing }
        return PullServer.Reply(headers: [("Content-Type", "application/octet-stream")], body: bytes)
    }

    @Test("takes of a master playlist one variant, found behind a redirect, and nothing of the others")
    func master() async throws {
        try segments()
        let folder = media
        let server = try await PullServer { head in
            switch head.uri {
            case "/a": .redirect(to: "/deep/er/master.m3u8?key=1")
            case "/deep/er/master.m3u8?key=1":
                .text(
                    """
                    #EXTM3U
                    #EXT-X-STREAM-INF:BANDWIDTH=100,RESOLUTION=80x45
                    small.m3u8
                    #EXT-X-STREAM-INF:BANDWIDTH=200,RESOLUTION=160x90
                    ../../list.m3u8
                    """
                )
            default: URLPullLiveTests.reply(folder, head.uri)
            }
        }
        let bench = PullBench()
        #expect(try await bench.run("\(server.url)/a") == .complete)
        #expect(bench.sink.samples(.video).count == 50)
        #expect(!server.requests.contains { $0.uri.contains("small") })
    }

    @Test("follows a playlist that grows, to the end it comes to")
    func growing() async throws {
        try segments(seconds: 4)
        let lines = try media.text("list.m3u8").split(separator: "\n").map(String.init)
        let head = lines.prefix { !$0.hasPrefix("#EXTINF") }.filter { !$0.contains("PLAYLIST-TYPE") }
        let parts = lines.dropFirst(head.count).filter { !$0.hasPrefix("#EXT-X-ENDLIST") }
        let folder = media
        let asked = Mutex(0)
        let server = try await PullServer { request in
            guard request.uri == "/live.m3u8" else { return URLPullLiveTests.reply(folder, request.uri) }
            let count = asked.withLock { count in
                count += 1
                return count
            }
            // Each time another segment, a tag and a name.
            let known = min(parts.count, 4 + count * 2)
            let end = known == parts.count ? ["#EXT-X-ENDLIST"] : []
            return .text((head + parts.prefix(known) + end).joined(separator: "\n") + "\n")
        }
        let bench = PullBench()
        #expect(try await bench.run("\(server.url)/live.m3u8") == .complete)
        #expect(asked.withLock { $0 } > 2)
        // It begins three segments before the edge.
        let count = bench.sink.samples(.video).count
        #expect((80...100).contains(count), "\(count)")
    }

    /// FFmpeg as the listening side, which sends a file of MPEG-TS in real time to whoever comes.
    private func sender(_ path: String, _ output: [String]) throws -> Spawned {
        try Spawned(
            "ffmpeg",
            ["-hide_banner", "-loglevel", "error", "-nostdin", "-re", "-i", path, "-c", "copy"] + output
        )
    }

    @Test("takes MPEG-TS over SRT as it comes, encrypted, and says so when it does not come back")
    func srt() async throws {
        let path = try media.make("a.ts", seconds: 4)
        let port = try LoopbackPort.free()
        let secret = "passphrase=0123456789"
        let process = try sender(path, ["-f", "mpegts", "srt://127.0.0.1:\(port)?mode=listener&\(secret)"])
        defer { process.kill() }
        var bench = PullBench()
        bench.limits.absence = .seconds(6)
        let outcome = try await bench.run("srt://127.0.0.1:\(port)?\(secret)&latency=120")
        #expect(outcome.code == .unavailable && outcome.text.contains("did not come back within 6 s"), "\(outcome)")
        #expect(!outcome.text.contains("0123456789"))
        #expect(bench.sink.samples(.video).count > 60, "\(bench.sink.samples(.video).count) pictures")
        #expect(Set(bench.sink.tracks.map(\.format)) == [.h264, .aac])
        #expect(bench.sink.samples(.video).first?.isKeyFrame == true)
        #expect(bench.sink.isEnded)
    }

    @Test("takes FLV over RTMP as it comes")
    func rtmp() async throws {
        let path = try media.make("a.flv", seconds: 4)
        let port = try LoopbackPort.free()
        let process = try sender(
            path,
            ["-f", "flv", "-listen", "1", "rtmp://127.0.0.1:\(port)/live/secret-key"]
        )
        defer { process.kill() }
        var bench = PullBench()
        bench.limits.absence = .seconds(6)
        let outcome = try await bench.run("rtmp://127.0.0.1:\(port)/live/secret-key")
        #expect(outcome.code == .unavailable && !outcome.text.contains("secret-key"), "\(outcome)")
        #expect(bench.sink.samples(.video).count > 60, "\(bench.sink.samples(.video).count) pictures")
        #expect(Set(bench.sink.tracks.map(\.format)) == [.h264, .aac])
    }

    @Test("takes sound over RTSP, through its one connection")
    func rtsp() async throws {
        let camera = try await RTSPCamera()
        var bench = PullBench()
        bench.limits.silence = .seconds(1)
        bench.limits.absence = .seconds(1)
        let outcome = try await bench.run("rtsp://name:word@127.0.0.1:\(camera.port)/stream")
        #expect(outcome.code == .unavailable && !outcome.text.contains("word"), "\(outcome)")
        #expect(bench.sink.tracks.map(\.format).first == .muLaw)
        #expect(bench.sink.samples(.audio).count >= 190, "\(bench.sink.samples(.audio).count) packets")
        #expect(camera.methods.prefix(4) == ["OPTIONS", "DESCRIBE", "SETUP", "PLAY"])
    }

    @Test("does not follow an RTSP server that redirects")
    func rtspRedirect() async throws {
        let other = try await RTSPCamera()
        let camera = try await RTSPCamera(redirect: "rtsp://127.0.0.1:\(other.port)/stream")
        let bench = PullBench()
        let outcome = try await bench.run("rtsp://127.0.0.1:\(camera.port)/stream")
        #expect(outcome.code == .refusedAddress && outcome.text.contains("redirects"), "\(outcome)")
        #expect(other.methods.isEmpty)
    }

    @Test("gives up a live source that is not there, after the time it has")
    func nobody() async throws {
        var bench = PullBench()
        bench.limits.absence = .seconds(1)
        let outcome = try await bench.run("rtmp://127.0.0.1:\(try LoopbackPort.free())/live/key")
        #expect(outcome.code == .unavailable && outcome.text.contains("source encoder not ready"), "\(outcome)")
    }
}
