import Foundation
import Media
import MediaWire
import Synchronization
import TestKit
import Testing

@testable import Media

@Suite("A live stream", .timeLimit(.minutes(2)), .serialized)
struct StreamConnectionTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func rtmp(_ port: Int, isSecure: Bool = false, key: String = "secret-stream-key") -> StreamTarget {
        let host = isSecure ? "localhost" : "127.0.0.1"
        return .rtmp(RTMPTarget(isSecure: isSecure, server: "\(host):\(port)", application: "live", key: key))
    }

    private func connect(
        _ target: StreamTarget,
        _ source: EncodedSource,
        trust: StreamTrust = StreamTrust()
    ) throws -> StreamConnection {
        try StreamConnection(
            to: target,
            video: source.video,
            audio: source.audio,
            trust: trust,
            control: StreamControl()
        )
    }

    private func send(_ source: EncodedSource, over connection: consuming StreamConnection) throws {
        for (kind, packet) in source.packets { try connection.write(packet, to: kind) }
        #expect(connection.bytesWritten > 10_000)
        try connection.finish()
    }

    private func check(_ path: String, _ source: EncodedSource) throws {
        let decoded = try DecodedRecording(path: path)
        #expect(decoded.labels.compactMap { $0?.number } == Array(0..<source.pictures))
        #expect(decoded.offsets.count >= 2)
        #expect(decoded.offsets.allSatisfy { abs($0) < 0.04 }, "\(decoded.offsets)")
    }

    @Test("over RTMP arrives as it was sent")
    func rtmpArrives() async throws {
        let source = try EncodedSource()
        let path = folder.path + "/a.mkv"
        let receiver = try await LiveReceiver(.rtmp(key: "secret-stream-key"), writing: path)
        try send(source, over: connect(rtmp(receiver.port), source))
        #expect(await receiver.wait())
        try check(path, source)
    }

    @Test("over SRT arrives as it was sent, encrypted")
    func srtArrives() async throws {
        let source = try EncodedSource()
        let path = folder.path + "/a.mkv"
        let receiver = try await LiveReceiver(.srt(passphrase: "0123456789"), writing: path)
        let options: [SRTTarget.Option: String] = [.passphrase: "0123456789", .latency: "50", .streamID: "a/b"]
        var connection = try connect(.srt(SRTTarget(server: "127.0.0.1:\(receiver.port)", options: options)), source)
        // SRT drops what comes in faster than it goes out: live is what it is made for.
        for (kind, packet) in source.packets {
            try connection.write(packet, to: kind)
            try await Task.sleep(for: .milliseconds(5))
        }
        try await Task.sleep(for: .milliseconds(500))
        try connection.finish()
        #expect(await receiver.wait())
        try check(path, source)
    }

    @Test("over RTMPS arrives where the server's certificate is trusted, and only there")
    func rtmps() async throws {
        let source = try EncodedSource()
        let server = try await SecureServer(folder: folder.path)
        defer { server.stop() }
        let target = rtmp(server.port, isSecure: true)
        #expect {
            _ = try connect(target, source)
        } throws: { error in
            let text = "\(error)"
            return text.contains("cannot connect to rtmps://localhost:\(server.port)") && text.contains("ertificate")
        }
        #expect(server.requests().isEmpty, "nothing is sent to a stranger")
        // The server is no RTMP server: it is enough that the handshake reaches it.
        let control = StreamControl()
        #expect(throws: MediaError.self) {
            _ = try StreamConnection(
                to: target,
                video: source.video,
                audio: source.audio,
                trust: StreamTrust(authorities: server.certificate),
                control: control,
                limit: .seconds(2)
            )
        }
        #expect(server.requests().count >= 1537, "version and handshake of RTMP, 5.2.2 and 5.2.3")
    }

    @Test("to nobody fails at once, and says where and why but not the key")
    func refused() throws {
        let source = try EncodedSource(seconds: 0.1)
        let messages = Mutex<[String]>([])
        MediaLog.install { _, text in messages.withLock { $0.append(text) } }
        let port = try LoopbackPort.free()
        #expect {
            _ = try connect(rtmp(port), source)
        } throws: { error in
            let text = "\(error)"
            return text.contains("cannot connect to rtmp://127.0.0.1:\(port) (") && text.contains("Connection refused")
                && !text.contains("secret")
        }
        #expect(messages.withLock { !$0.contains { $0.contains("secret") } })
    }

    @Test("to somebody who does not answer ends at its limit, or when it is cancelled")
    func silence() throws {
        let source = try EncodedSource(seconds: 0.1)
        let silent = try SilentServer()
        let clock = ContinuousClock()
        let limited = clock.measure {
            #expect(throws: MediaError.self) {
                _ = try StreamConnection(
                    to: rtmp(silent.port),
                    video: source.video,
                    audio: source.audio,
                    control: StreamControl(),
                    limit: .milliseconds(500)
                )
            }
        }
        #expect(limited > .milliseconds(400) && limited < .seconds(3))
        let control = StreamControl()
        let port = silent.port
        let canceller = Thread {
            Thread.sleep(forTimeInterval: 0.3)
            control.cancel()
        }
        canceller.start()
        let cancelled = clock.measure {
            #expect(throws: MediaError.self) {
                _ = try StreamConnection(to: rtmp(port), video: source.video, audio: source.audio, control: control)
            }
        }
        #expect(cancelled < .seconds(3))
    }

    @Test("conceals secrets in what is logged, as long as it lives")
    func concealment() {
        var concealed: ConcealedText? = ConcealedText(["abc", "abcdef", ""])
        #expect(ConcealedText.conceal("x abcdef abc") == "x {...} {...}")
        withExtendedLifetime(concealed) {}
        concealed = nil
        #expect(ConcealedText.conceal("x abcdef abc") == "x abcdef abc")
    }
}
