import Foundation
import JobProcess
import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("The way to a session's process")
struct SessionFeedTests {
    private let track = InputEvent.track(InputTrack(format: .h264))

    private func frame(_ pts: Int64, key: Bool, size: Int) -> InputEvent {
        let data = [UInt8](repeating: 1, count: size)
        return .sample(
            .video,
            EncodedPacket(data: data, pts: pts, dts: pts, duration: 1, timescale: 30, isKeyFrame: key)
        )
    }

    private func pair() throws -> (JobLink, JobLink) {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (JobLink(descriptor: ends[0]), JobLink(descriptor: ends[1]))
    }

    @Test("never makes the publisher wait for a process that does not read, which then goes on at a key frame")
    func slowProcess() throws {
        let (near, far) = try pair()
        let feed = SessionFeed(name: "feed")
        feed.begin(1)
        feed.connect(near)
        feed.send(track, from: 1)
        // Four times what may wait, to nobody who reads: if this waited, it would wait for ever.
        let size = 64 << 10
        let count = Int64(4 * InputBacklog.maximumBytes / size)
        for pts in 0..<count { feed.send(frame(pts, key: pts % 10 == 0, size: size), from: 1) }
        #expect(feed.dropped > 0)
        feed.send(.input(.ended))
        var last: Int64?
        var gaps = 0
        while let message: SessionMessage = far.receive() {
            if case .input(.ended) = message { break }
            guard case .input(.sample(_, let packet)) = message else { continue }
            if let before = last, packet.pts != before + 1 {
                gaps += 1
                #expect(packet.isKeyFrame)
            }
            last = packet.pts
        }
        #expect(gaps > 0)
        feed.close()
    }

    @Test("hears one publisher at a time")
    func takeover() throws {
        let (near, far) = try pair()
        let feed = SessionFeed(name: "feed")
        feed.begin(1)
        feed.connect(near)
        #expect(feed.send(track, from: 1))
        #expect(!feed.send(track, from: 2))
        #expect(far.receive() == SessionMessage.input(track))
        feed.change(to: 2)
        #expect(!feed.send(frame(0, key: true, size: 1), from: 1))
        #expect(feed.send(frame(1, key: true, size: 1), from: 2))
        #expect(far.receive() == SessionMessage.sourceLost)
        #expect(far.receive() == SessionMessage.sourceResumed)
        #expect(far.receive() == SessionMessage.input(frame(1, key: true, size: 1)))
        feed.close()
    }

    @Test("leads to the next process when one is gone")
    func anotherProcess() throws {
        let feed = SessionFeed(name: "feed")
        feed.begin(1)
        feed.send(track, from: 1)
        let (near, far) = try pair()
        feed.connect(near)
        #expect(far.receive() == SessionMessage.input(track))
        far.shutDown()
        feed.send(frame(0, key: true, size: 1), from: 1)
        feed.disconnect()
        let (second, other) = try pair()
        feed.connect(second)
        feed.send(frame(1, key: false, size: 1), from: 1)
        feed.send(frame(2, key: true, size: 1), from: 1)
        #expect(other.receive() == SessionMessage.input(track))
        #expect(other.receive() == SessionMessage.input(frame(2, key: true, size: 1)))
        feed.close()
        #expect(!feed.send(track, from: 1))
    }
}
