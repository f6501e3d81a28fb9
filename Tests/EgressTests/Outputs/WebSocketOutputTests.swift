import Foundation
import LiveKitProtocol
import Media
import Synchronization
import TestKit
import Testing

@testable import Egress

@Suite("Sound over a WebSocket", .timeLimit(.minutes(1)))
struct WebSocketOutputTests {
    private let folder: TemporaryFolder
    private let feed: LiveFeed

    init() throws {
        folder = try TemporaryFolder()
        feed = try LiveFeed()
    }

    private func make(_ port: Int, giveUpAfter: Duration? = nil) throws -> WebSocketOutput {
        var settings = StreamSettings()
        settings.giveUpAfter = giveUpAfter
        return try WebSocketOutput(
            url: "ws://127.0.0.1:\(port)/sound?token=secret-token",
            settings: settings,
            context: feed.context(folder.path)
        )
    }

    /// A block of 20 ms whose samples all have one value.
    private func block(_ value: Float) -> AudioFrame {
        AudioFrame(samples: [Float](repeating: value, count: 1920), channels: 2, sampleRate: 48_000)
    }

    private func bytes(_ values: [Int16]) -> [UInt8] {
        values.flatMap { value in
            let pattern = UInt16(bitPattern: value)
            let sample = [UInt8(truncatingIfNeeded: pattern), UInt8(pattern >> 8)]
            return [[UInt8]](repeating: sample, count: 1920).flatMap(\.self)
        }
    }

    private func wait(_ condition: () -> Bool) async throws {
        let end = ContinuousClock.now + .seconds(15)
        while !condition(), ContinuousClock.now < end { try await Task.sleep(for: .milliseconds(10)) }
        #expect(condition())
    }

    @Test("arrives sample by sample, with its kind, the mute state and a goodbye")
    func arrives() async throws {
        let server = try await SoundServer()
        let output = try make(server.port)
        try output.start(video: nil, audio: nil, origin: 0)
        try output.hear(block(0.5))
        output.mute(true)
        try output.hear(block(-1))
        output.mute(false)
        try output.hear(block(2))
        try await wait { server.visits.withLock { $0.first?.sound.count == 3 * 3840 } }
        try output.finish(at: 0.06)
        await output.settle()
        let visit = try #require(server.visits.withLock { $0.first })
        #expect(visit.contentType == "audio/x-raw" && visit.path == "/sound?token=secret-token")
        #expect(visit.sound == bytes([16384, -32767, 32767]))
        #expect(visit.texts == [#"{"muted":true}"#, #"{"muted":false}"#])
        #expect(visit.closeCode == 1000)
        let info = try #require(feed.streams.first)
        #expect(info.status == .finished && info.url == "ws://127.0.0.1:\(server.port)/sound?token={sec...ken}")
        #expect(!feed.reports.withLock { "\($0)" }.contains("secret-token"))
        await server.stop()
    }

    @Test("goes on when the server comes back, with nothing lost meanwhile, and says again that it is muted")
    func comesBack() async throws {
        let server = try await SoundServer()
        let output = try make(server.port)
        try output.start(video: nil, audio: nil, origin: 0)
        output.mute(true)
        try output.hear(block(0.25))
        try await wait { server.visits.withLock { $0.first?.sound.count == 3840 } }
        server.disconnect()
        try await wait { feed.streams.first?.error.isEmpty == false }
        for _ in 0..<10 { try output.hear(block(0.5)) }
        try await wait { server.visits.withLock { $0.count == 2 && $0[1].sound.count == 38_400 } }
        #expect(server.visits.withLock { $0[1].texts } == [#"{"muted":true}"#])
        try output.finish(at: 1)
        await output.settle()
        #expect(feed.streams.map(\.status) == [.finished] && feed.streams[0].retries >= 1)
        await server.stop()
    }

    @Test("fails the egress when there is no connection for the time that is allowed")
    func givingUp() async throws {
        let server = try await SoundServer(refuses: true)
        let output = try make(server.port, giveUpAfter: .seconds(1))
        try output.start(video: nil, audio: nil, origin: 0)
        await output.settle()
        #expect(feed.streams.map(\.status) == [.failed])
        var failures: [JobFailure] = []
        for case .failed(let failure) in feed.reports.withLock({ $0 }) { failures.append(failure) }
        #expect(failures.count == 1 && failures[0].code == 503)
        #expect(
            failures.first?.text.hasSuffix(
                "no connection to ws://127.0.0.1:\(server.port)/sound?token={sec...ken} for 1 s: "
                    + "the server answered 403 instead of opening a WebSocket"
            ) == true,
            "\(failures)"
        )
        await server.stop()
    }

    @Test("that found nobody before the recording ended has failed")
    func neverConnected() async throws {
        let output = try make(try LoopbackPort.free())
        try output.start(video: nil, audio: nil, origin: 0)
        try output.hear(block(0))
        try output.finish(at: 0.02)
        await output.settle()
        #expect(feed.streams.map(\.status) == [.failed])
    }

    @Test("of other rates and channels is brought to 48 kHz stereo")
    func conversion() throws {
        var converter = try PCMConverter()
        let mono = AudioFrame(samples: [0, 0.5, -0.5, .nan], channels: 1, sampleRate: 48_000)
        let values = try converter.convert(mono)
        #expect(values.count == 16)
        #expect(Array(values[4..<12]) == [0x00, 0x40, 0x00, 0x40, 0x00, 0xC0, 0x00, 0xC0])
        #expect(Array(values[12...]) == [0, 0, 0, 0], "what is no number is silence")
        var count = 0
        for _ in 0..<100 {
            let slow = AudioFrame(samples: [Float](repeating: 0, count: 320), channels: 1, sampleRate: 16_000)
            count += try converter.convert(slow).count
        }
        #expect(abs(count - 2 * 192_000) < 2000)
    }

    @Test("is dropped, the oldest first, when ten seconds of it are waiting")
    func bounds() {
        let backlog = SoundBacklog()
        backlog.append(.muted(true))
        for number in 0..<UInt8(11) { backlog.append(.sound([UInt8](repeating: number, count: 192_000))) }
        #expect(backlog.dropped == 192_000)
        #expect(backlog.popFirst() == .muted(true))
        #expect(backlog.popFirst() == .sound([UInt8](repeating: 1, count: 192_000)))
        for number in 0..<200 { backlog.append(.muted(number % 2 == 0)) }
        var changes = 0
        while let message = backlog.popFirst() { if case .muted = message { changes += 1 } }
        #expect(changes == SoundBacklog.mostChanges)
    }

    @Test("goes to WebSocket URLs only")
    func refusal() {
        #expect(throws: JobFailure.self) {
            try WebSocketOutput(url: "rtmp://h/a/secret-key", context: feed.context(folder.path))
        }
    }
}
