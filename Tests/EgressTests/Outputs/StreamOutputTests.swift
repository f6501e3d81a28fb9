import Foundation
import LiveKitProtocol
import Media
import MediaWire
import Synchronization
import TestKit
import Testing

@testable import Egress

@Suite("Restreaming", .timeLimit(.minutes(2)))
struct StreamOutputTests {
    private let folder: TemporaryFolder
    private let feed: LiveFeed

    init() throws {
        folder = try TemporaryFolder()
        feed = try LiveFeed()
    }

    private func make(_ urls: [String], giveUpAfter: Duration? = nil) throws -> StreamOutput {
        var settings = StreamSettings()
        settings.giveUpAfter = giveUpAfter
        settings.drainLimit = .seconds(3)
        let plan = StreamPlan(transport: .rtmp, urls: urls)
        return try StreamOutput(plan: plan, settings: settings, context: feed.context(folder.path))
    }

    private func url(_ port: Int, _ key: String) -> String { "rtmp://127.0.0.1:\(port)/live/\(key)" }

    /// The numbers of the pictures in a file.
    private func pictures(_ path: String) throws -> [Int] {
        try DecodedFile(path: path).labels.compactMap { $0?.number }
    }

    private func steps(_ numbers: [Int]) -> [Int] { zip(numbers.dropFirst(), numbers).map { $0 - $1 } }

    @Test("brings every picture from the first key frame on to each server, with beep and flash in step")
    func arrives() async throws {
        let receivers = [
            try await LiveReceiver(.rtmp(key: "streamkey0"), writing: folder.path + "/0.mkv"),
            try await LiveReceiver(.rtmp(key: "streamkey1"), writing: folder.path + "/1.mkv"),
        ]
        let output = try make(receivers.enumerated().map { url($1.port, "streamkey\($0)") })
        try feed.begin(output)
        try await feed.run(output, seconds: 5)
        try feed.finish(output)
        await output.settle()
        for (receiver, info) in zip(receivers, feed.streams) {
            #expect(await receiver.wait())
            let decoded = try DecodedFile(path: receiver.path)
            let numbers = decoded.labels.compactMap { $0?.number }
            #expect(numbers.count >= 115 && numbers.last == 149)
            #expect(steps(numbers).allSatisfy { $0 == 1 })
            let flashes = feed.rhythm.flashOnsets(decoded.pictures)
            let beeps = feed.rhythm.beepOnsets(decoded.samples, sampleRate: 48_000).map { $0 + decoded.soundStart }
            let offsets = feed.rhythm.offsets(flashes: flashes, beeps: beeps)
            #expect(offsets.count >= 2 && offsets.allSatisfy { abs($0) < 0.045 }, "\(offsets)")
            #expect(info.status == .finished && info.endedAt > info.startedAt && info.duration > 4_000_000_000)
            #expect(info.url.hasPrefix("rtmp://127.0.0.1:\(receiver.port)/live/{str...ey"))
        }
        #expect(feed.end == nil, "the recording was ended, not the streams")
    }

    @Test("goes on at a key frame when a server comes back, and another server misses nothing")
    func comesBack() async throws {
        var fragile = try await LiveReceiver(.rtmp(key: "fragile-key"), writing: folder.path + "/a.flv")
        let steady = try await LiveReceiver(.rtmp(key: "steady-key"), writing: folder.path + "/b.mkv")
        let port = fragile.port
        let output = try make([url(port, "fragile-key"), url(steady.port, "steady-key")])
        try feed.begin(output)
        try await feed.run(output, seconds: 4)
        fragile.kill()
        try await feed.run(output, seconds: 2)
        #expect(feed.streams[0].error.contains("127.0.0.1:\(port)"), "the first failure is told at once")
        #expect(feed.streams[1].error.isEmpty)
        let before = try pictures(fragile.path)
        fragile = try await LiveReceiver(.rtmp(key: "fragile-key"), port: port, writing: folder.path + "/c.mkv")
        try await feed.run(output, seconds: 6)
        try feed.finish(output)
        await output.settle()
        #expect(await fragile.wait())
        #expect(await steady.wait())

        let after = try DecodedFile(path: fragile.path)
        let numbers = after.labels.compactMap { $0?.number }
        #expect(before.count > 30 && numbers.count > 60)
        let first = try #require(numbers.first)
        #expect(first > before.last ?? 0)
        #expect(steps(numbers).allSatisfy { $0 == 1 } && numbers.last == 359)
        #expect(after.pictures[0].seconds < 0.5, "and near 0: \(after.pictures[0].seconds)")
        let others = try pictures(steady.path)
        #expect(steps(others).allSatisfy { $0 == 1 } && others.last == 359)

        let info = feed.streams[0]
        #expect(info.status == .finished && info.retries >= 1 && info.lastRetryAt > info.startedAt)
        #expect(feed.streams[1].retries == 0)
        let texts = feed.reports.withLock { "\($0)" }
        #expect(!texts.contains("fragile-key") && !texts.contains("steady-key"))
    }

    @Test("is tried again from the first failure on, and fails for good only when it was told when")
    func givingUp() async throws {
        let port = try LoopbackPort.free()
        let output = try make([url(port, "streamkey")], giveUpAfter: .seconds(2))
        try feed.begin(output)
        try await feed.run(output, seconds: 8) { feed.end != nil }
        await output.settle()
        let info = try #require(feed.streams.first)
        #expect(info.status == .failed && info.retries >= 2)
        #expect(info.error.contains("Connection refused"))
        let failure = try #require(feed.end ?? nil)
        #expect(failure.code == 503)
        #expect(failure.text.contains("rtmp://127.0.0.1:\(port)/live/{str...key} failed: cannot connect"))
    }

    @Test("over SRT goes on when the listener comes back")
    func srtComesBack() async throws {
        var receiver = try await LiveReceiver(.srt(passphrase: nil), writing: folder.path + "/a.ts")
        let port = receiver.port
        let plan = StreamPlan(transport: .srt, urls: ["srt://127.0.0.1:\(port)?latency=50&streamid=live/secret-stream"])
        let output = try StreamOutput(plan: plan, settings: StreamSettings(), context: feed.context(folder.path))
        try feed.begin(output)
        try await feed.run(output, seconds: 3)
        receiver.kill()
        receiver = try await LiveReceiver(.srt(passphrase: nil), port: port, writing: folder.path + "/b.ts")
        // SRT takes five seconds to miss its peer.
        try await feed.run(output, seconds: 11)
        try feed.finish(output)
        await output.settle()
        #expect(await receiver.wait())
        let numbers = try pictures(receiver.path)
        #expect(numbers.count > 60 && steps(numbers).allSatisfy { $0 == 1 })
        let info = feed.streams[0]
        #expect(info.status == .finished && info.retries >= 1)
        #expect(info.url == "srt://127.0.0.1:\(port)?latency=50&streamid={liv...eam}")
    }

    @Test("never holds up the recording, nor its end, for a server that does not read")
    func stuck() async throws {
        let receiver = try await LiveReceiver(.rtmp(key: "streamkey"), writing: folder.path + "/a.flv")
        var settings = StreamSettings()
        settings.drainLimit = .seconds(1)
        let plan = StreamPlan(transport: .rtmp, urls: [url(receiver.port, "streamkey")])
        let output = try StreamOutput(plan: plan, settings: settings, context: feed.context(folder.path))
        try feed.begin(output)
        try await feed.run(output, seconds: 2)
        receiver.hold(true)
        // More than the buffers of both systems take.
        let large = EncodedPacket(
            data: [UInt8](repeating: 0, count: 2 << 20),
            pts: 0,
            dts: 0,
            duration: 1,
            timescale: 30,
            isKeyFrame: true
        )
        let clock = ContinuousClock()
        let writing = try clock.measure {
            for number in 60..<90 {
                var packet = large
                packet.pts = Int64(number)
                packet.dts = packet.pts
                try output.write(packet, of: .video)
            }
        }
        #expect(writing < .seconds(1))
        try output.finish(at: 3)
        let ending = await clock.measure { await output.settle() }
        #expect(ending < .seconds(4))
        #expect(feed.streams.map(\.status) == [.finished])
        receiver.hold(false)
    }

    @Test("that never found its server has failed when the recording ends")
    func neverConnected() async throws {
        let output = try make([url(try LoopbackPort.free(), "streamkey")])
        try feed.begin(output)
        try await feed.run(output, seconds: 1)
        try feed.finish(output)
        await output.settle()
        #expect(feed.streams.map(\.status) == [.failed])
        #expect((feed.end ?? nil)?.code == 503)
    }

    @Test("is added and removed while it runs, by its URL or as it is shown")
    func update() async throws {
        let first = try await LiveReceiver(.rtmp(key: "first-stream-key"), writing: folder.path + "/a.mkv")
        let second = try await LiveReceiver(.rtmp(key: "second-stream-key"), writing: folder.path + "/b.mkv")
        let output = try make([url(first.port, "first-stream-key")])
        try feed.begin(output)
        try await feed.run(output, seconds: 2)
        #expect {
            try output.update(
                add: [
                    url(second.port, "second-stream-key"), url(first.port, "first-stream-key"),
                    "srt://127.0.0.1:9000", "rtmp://nonsense",
                ],
                remove: ["rtmp://elsewhere.example/live/other-stream-key"]
            )
        } throws: { error in
            guard let failure = error as? JobFailure else { return false }
            let lines = failure.text.split(separator: "\n")
            return failure.code == 409 && lines.count == 4
                && lines[0] == "stream rtmp://127.0.0.1:\(first.port)/live/{fir...key} exists already"
                && lines[1].hasPrefix("invalid url srt://127.0.0.1:9000: it is no rtmp url")
                && lines[2].hasPrefix("invalid url rtmp://{n...e}: ")
                && lines[3] == "stream rtmp://elsewhere.example/live/{oth...key} not found"
        }
        try await feed.run(output, seconds: 3)
        try output.update(add: [], remove: [url(first.port, "first-stream-key")])
        try await feed.run(output, seconds: 1)
        #expect(await first.wait(), "a removed stream is ended properly")
        #expect(feed.streams.map(\.status) == [.finished, .active])
        #expect(feed.end == nil)
        try output.update(add: [], remove: ["rtmp://127.0.0.1:\(second.port)/live/{sec...key}"])
        try await feed.run(output, seconds: 4) { feed.end != nil }
        #expect(feed.end == .some(nil), "the last one was removed: that is no failure")
        await output.settle()
        #expect(await second.wait())
        #expect(feed.streams.map(\.status) == [.finished, .finished])
        #expect(try pictures(second.path).count > 40)
    }

    @Test("refuses what its container cannot hold, and URLs of another kind")
    func refusals() throws {
        #expect(throws: JobFailure.self) { try make(["srt://127.0.0.1:9000"]) }
        #expect(throws: JobFailure.self) { try make(["rtmp://h/a/key", "rtmp://h/a/key"]) }
        let many = (0...StreamOutput.maximumURLs).map { "rtmp://h/a/key\($0)" }
        #expect(throws: JobFailure.self) { try make(many) }
        let opus = try AudioEncoder(AudioEncoderConfiguration(format: .opus)).parameters
        let output = try make(["rtmp://h/a/key"])
        #expect(throws: JobFailure(text: "format RTMP incompatible with codec opus", code: 400)) {
            try output.start(video: nil, audio: opus, origin: 0)
        }
    }
}
