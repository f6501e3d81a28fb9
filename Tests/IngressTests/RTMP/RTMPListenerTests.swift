import Foundation
import Logging
import Media
import MediaWire
import NIOPosix
import TestKit
import Testing

@testable import Ingress

@Suite("RTMP listener", .timeLimit(.minutes(2)))
struct RTMPListenerTests {
    private static let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }

    static func listen(
        _ gate: RTMPTestGate,
        tls: RTMPListenerConfiguration.TLS? = nil,
        pending: Int = 64
    ) async throws -> RTMPListener {
        try await RTMPListener.start(
            RTMPListenerConfiguration(address: "127.0.0.1", port: 0, tls: tls, pendingConnectionsPerAddress: pending),
            gate: gate,
            group: MultiThreadedEventLoopGroup.singleton,
            logger: quiet
        )
    }

    /// Two seconds of moving pictures with B frames and of a tone, as fast as they come.
    private static func ffmpeg(_ url: String, errors: String = "/dev/null") throws -> Spawned {
        try Spawned(
            "ffmpeg",
            [
                "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=30",
                "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=48000", "-t", "2", "-c:v", "libx264",
                "-preset", "ultrafast", "-x264-params", "bframes=2:b-adapt=0:keyint=30", "-pix_fmt", "yuv420p",
                "-c:a", "aac", "-b:a", "64k", "-ac", "2", "-f", "flv", url,
            ],
            errors: errors
        )
    }

    private static func check(_ events: [InputEvent]) {
        let tracks = events.compactMap { if case .track(let track) = $0 { track } else { nil } }
        #expect(tracks.map(\.format) == [.h264, .aac])
        #expect(tracks.first.map { [$0.width, $0.height] } == [160, 120])
        #expect(tracks.last.map { [$0.sampleRate, $0.channels] } == [48_000, 2])
        let video = events.compactMap { if case .sample(.video, let packet) = $0 { packet } else { nil } }
        let audio = events.compactMap { if case .sample(.audio, let packet) = $0 { packet } else { nil } }
        #expect(video.count == 60)
        // 2 s of frames of 1024 samples, with the encoder's first and last ones.
        #expect((94...96).contains(audio.count))
        #expect(video.indices.filter { video[$0].isKeyFrame } == [0, 30])
        for packets in [video, audio] {
            #expect(zip(packets, packets.dropFirst()).allSatisfy { $0.dts < $1.dts })
            #expect(packets.allSatisfy { $0.dts <= $0.pts && $0.timescale == 1000 && !$0.data.isEmpty })
        }
        // 60 pictures at 30 a second, to the millisecond; ffmpeg puts them off by what B frames need.
        let shown = video.map(\.pts).sorted()
        let expected = shown.indices.map { shown[0] + Int64((Double($0) * 1000 / 30).rounded()) }
        #expect(zip(shown, expected).allSatisfy { abs($0 - $1) <= 1 })
        #expect((1950...2010).contains((audio.last?.dts ?? 0) - (audio.first?.dts ?? 0)))
        #expect(events.last == .ended)
    }

    @Test("ffmpeg publishes: tracks, every frame, its times, one end")
    func publishing() async throws {
        let gate = RTMPTestGate()
        let listener = try await Self.listen(gate)
        let program = try Self.ffmpeg("rtmp://127.0.0.1:\(listener.port)/live/room/\(RTMPTestGate.key)?a=b")
        let sink = try #require(await gate.nextSink())
        Self.check(await sink.all())
        #expect(await program.ends(within: .seconds(30)))
        #expect(program.exitCode() == 0)
        #expect(sink.publisher.application == "live/room")
        #expect(sink.publisher.remoteAddress.ip == IPAddress("127.0.0.1"))
        #expect(!sink.publisher.isSecure)
        #expect(sink.endingCount == 1)
        await listener.shutdown()
        #expect(listener.connectionCount == 0)
    }

    @Test("ffmpeg with a wrong key is told, and fails")
    func wrongKey() async throws {
        let gate = RTMPTestGate()
        let listener = try await Self.listen(gate)
        let errors = FileManager.default.temporaryDirectory.appending(path: "rtmp-\(UUID().uuidString)").path()
        defer { try? FileManager.default.removeItem(atPath: errors) }
        let program = try Self.ffmpeg("rtmp://127.0.0.1:\(listener.port)/live/WRONG", errors: errors)
        #expect(await program.ends(within: .seconds(30)))
        #expect(program.exitCode() != 0)
        let said = try String(contentsOfFile: errors, encoding: .utf8)
        #expect(said.contains("The stream key is not known."), "\(said)")
        #expect(gate.refusals == 1)
        await listener.shutdown()
    }

    @Test("ffmpeg publishes by RTMPS")
    func rtmps() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "rtmps-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let (certificate, key) = (folder.appending(path: "c.pem").path(), folder.appending(path: "k.pem").path())
        try SystemProgram.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1",
                "-subj", "/CN=localhost", "-keyout", key, "-out", certificate,
            ]
        )
        let gate = RTMPTestGate()
        let tls = RTMPListenerConfiguration.TLS(certificateChain: certificate, privateKey: key)
        let listener = try await Self.listen(gate, tls: tls)
        let program = try Self.ffmpeg("rtmps://127.0.0.1:\(listener.port)/live/\(RTMPTestGate.key)")
        let sink = try #require(await gate.nextSink())
        Self.check(await sink.all())
        #expect(await program.ends(within: .seconds(30)))
        #expect(program.exitCode() == 0)
        #expect(sink.publisher.isSecure)
        await listener.shutdown()
    }

    @Test("a certificate that is not there is an error at the start")
    func noCertificate() async {
        let tls = RTMPListenerConfiguration.TLS(certificateChain: "/nowhere/c.pem", privateKey: "/nowhere/k.pem")
        await #expect(throws: (any Error).self) { try await Self.listen(RTMPTestGate(), tls: tls) }
    }

    @Test("thousands of wrong keys do not disturb a publisher")
    func wrongKeys() async throws {
        let gate = RTMPTestGate()
        let listener = try await Self.listen(gate)
        let good = try await RTMPTestClient.connect(
            to: listener.port,
            sending: RTMPConnectionTests.opened(key: RTMPTestGate.key)
        )
        good.send(RTMPConnectionTests.following { $0.audio(MediaTags.aacHeader, at: 0) })
        let sink = try #require(await gate.nextSink())
        let wrong = RTMPConnectionTests.opened(key: "WRONG")
        let port = listener.port
        let rounds = min(Mutator.inputs, 10_000) / 30
        for round in 0..<rounds {
            try await withThrowingTaskGroup(of: String.self) { group in
                for _ in 0..<30 {
                    group.addTask {
                        try await RTMPTestClient.connect(to: port, sending: wrong, closingAt: "not known.").end()
                    }
                }
                for try await said in group { #expect(said.contains("NetStream.Publish.Denied")) }
            }
            let frame = RTMPMessage(
                chunkStream: 4,
                timestamp: UInt32(round),
                type: .audio,
                stream: 1,
                payload: MediaTags.aacFrame
            )
            good.send(ChunkWriter().bytes(of: frame))
        }
        #expect(await sink.samples(rounds) == rounds)
        #expect(gate.refusals == rounds * 30)
        #expect(sink.endingCount == 0)
        await good.close()
        await listener.shutdown()
    }

    @Test("connections of one address that nobody has let in are bounded; those let in are not counted")
    func pending() async throws {
        let gate = RTMPTestGate()
        let listener = try await Self.listen(gate, pending: 2)
        let opening = RTMPConnectionTests.opened(key: RTMPTestGate.key)
        var admitted: [RTMPTestClient] = []
        for _ in 0..<4 {
            let client = try await RTMPTestClient.connect(to: listener.port, sending: opening)
            await client.hears("NetStream.Publish.Start")
            admitted.append(client)
        }
        let silent = try await RTMPTestClient.connect(to: listener.port, sending: [3])
        let second = try await RTMPTestClient.connect(to: listener.port, sending: [3])
        let third = try await RTMPTestClient.connect(to: listener.port, sending: opening)
        #expect(await third.end() == "")
        #expect(listener.connectionCount == 6)
        for client in admitted + [silent, second] { await client.close() }
        await listener.shutdown()
    }

    @Test("a publisher is told that another took over, and its sink hears the end")
    func takeover() async throws {
        let gate = RTMPTestGate()
        let listener = try await Self.listen(gate)
        let client = try await RTMPTestClient.connect(
            to: listener.port,
            sending: RTMPConnectionTests.opened(key: RTMPTestGate.key),
            closingAt: "taken over"
        )
        let sink = try #require(await gate.nextSink())
        sink.publisher.close(.takenOver)
        #expect(await sink.all() == [.ended])
        #expect(await client.end().contains("NetStream.Publish.BadName"))
        await listener.shutdown()
    }

    @Test("shutting down tells publishers and closes silent clients too")
    func shutdown() async throws {
        let gate = RTMPTestGate()
        let listener = try await Self.listen(gate)
        let client = try await RTMPTestClient.connect(
            to: listener.port,
            sending: RTMPConnectionTests.opened(key: RTMPTestGate.key)
        )
        let silent = try await RTMPTestClient.connect(to: listener.port, sending: [3])
        let sink = try #require(await gate.nextSink())
        await listener.shutdown()
        #expect(await sink.all() == [.ended])
        #expect(await client.end().contains("shutting down"))
        #expect(await silent.end() == "")
        #expect(listener.connectionCount == 0)
    }
}
