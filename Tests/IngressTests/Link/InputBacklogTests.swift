import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("What waits for a session's process")
struct InputBacklogTests {
    private let h264 = SessionMessage.input(.track(InputTrack(format: .h264, width: 1280, height: 720)))
    private let aac = SessionMessage.input(.track(InputTrack(format: .aac, sampleRate: 48_000, channels: 2)))

    private func video(_ pts: Int64, key: Bool = false, size: Int = 10) -> SessionMessage {
        SessionMessageTests.sample(.video, size, key: key, pts: pts)
    }

    private func audio(_ pts: Int64) -> SessionMessage { SessionMessageTests.sample(.audio, 10, pts: pts) }

    private func drain(_ backlog: inout InputBacklog) -> [SessionMessage] {
        var messages: [SessionMessage] = []
        while let message = backlog.next() { messages.append(message) }
        return messages
    }

    private func backlog(_ messages: [SessionMessage]) -> InputBacklog {
        var backlog = InputBacklog()
        for message in messages { backlog.add(message) }
        return backlog
    }

    @Test("comes out as it went in")
    func order() {
        let messages = [
            h264, aac, video(0, key: true), audio(0), video(1), .sourceLost, .sourceResumed, .input(.ended),
        ]
        var backlog = backlog(messages)
        #expect(drain(&backlog) == messages)
        #expect(backlog.dropped == 0)
    }

    @Test("is dropped when it is too much, and goes on at the next key frame; sound goes on at once")
    func overflow() {
        let size = InputBacklog.maximumBytes / 2
        var backlog = backlog([h264, aac, video(0, key: true, size: size), audio(0), video(1, size: size)])
        backlog.add(audio(1))
        backlog.add(video(2))
        backlog.add(video(3, key: true))
        backlog.add(video(4))
        #expect(drain(&backlog) == [h264, aac, audio(1), video(3, key: true), video(4)])
        #expect(backlog.dropped == 4)
    }

    @Test("goes on with the key frame that is too much")
    func keyFrameOverflows() {
        let size = InputBacklog.maximumBytes / 2 + 1
        var backlog = backlog([h264, video(0, key: true, size: size), video(1, key: true, size: size)])
        backlog.add(video(2))
        #expect(drain(&backlog) == [h264, video(1, key: true, size: size), video(2)])
    }

    @Test("is bounded in number as well, for sound that has few bytes")
    func count() {
        var backlog = backlog([aac])
        for pts in 0...InputBacklog.maximumSamples { backlog.add(audio(Int64(pts))) }
        #expect(drain(&backlog) == [aac, audio(Int64(InputBacklog.maximumSamples))])
        #expect(backlog.dropped == InputBacklog.maximumSamples)
    }

    @Test("keeps the last of announcements without end")
    func announcements() {
        var backlog = InputBacklog()
        for width in 1...1000 { backlog.add(.input(.track(InputTrack(format: .h264, width: width)))) }
        backlog.add(.input(.ended))
        let messages = drain(&backlog)
        #expect(messages.count <= InputBacklog.maximumOthers + 1)
        #expect(messages.suffix(2) == [.input(.track(InputTrack(format: .h264, width: 1000))), .input(.ended)])
    }

    @Test("begins anew for another process: with what was announced, at a key frame")
    func restart() {
        var backlog = backlog([h264, aac, video(0, key: true), .sourceLost])
        _ = drain(&backlog)
        backlog.add(video(1))
        backlog.restart()
        backlog.add(video(2))
        backlog.add(audio(2))
        backlog.add(video(3, key: true))
        #expect(drain(&backlog) == [aac, h264, audio(2), video(3, key: true)])
    }

    @Test("does not forget that it is over, whoever hears it")
    func restartAtTheEnd() {
        var backlog = backlog([h264, video(0, key: true), .sourceLost, .input(.ended)])
        backlog.restart()
        #expect(drain(&backlog) == [.sourceLost, h264, .input(.ended)])
    }

    @Test("has nothing of the publisher before")
    func takeover() {
        var backlog = backlog([h264, aac, video(0, key: true)])
        backlog.forgetTracks()
        let hevc = SessionMessage.input(.track(InputTrack(format: .h265)))
        backlog.add(hevc)
        backlog.add(video(9))
        backlog.add(video(10, key: true))
        #expect(drain(&backlog) == [hevc, video(10, key: true)])
    }

    @Test("announces again what goes on after a loss, and goes on at a key frame")
    func resuming() {
        var backlog = backlog([h264, video(0, key: true), .sourceLost])
        backlog.resume()
        backlog.add(video(1))
        backlog.add(video(2, key: true))
        #expect(
            drain(&backlog) == [h264, video(0, key: true), .sourceLost, .sourceResumed, h264, video(2, key: true)]
        )
    }

    @Test("is of no use when the session is to stop")
    func stopping() {
        var backlog = backlog([h264, video(0, key: true), .stop(.deleted)])
        #expect(drain(&backlog) == [h264, .stop(.deleted)])
    }
}
