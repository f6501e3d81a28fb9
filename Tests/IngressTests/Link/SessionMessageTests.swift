import Foundation
import JobProcess
import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("Messages between worker and session")
struct SessionMessageTests {
    private static let plan = IngressPlan(
        ingressID: "IN_1",
        resourceID: "RT_1",
        roomName: "r",
        participantIdentity: "p",
        audioTrack: IngressPlan.Track(name: "a", source: 2),
        videoTrack: IngressPlan.Track(name: "v", source: 1),
        url: "https://user:secret@example.com/x"
    )
    private static let description = SessionAssignment(
        plan: plan,
        url: "ws://x",
        token: "t",
        grace: .milliseconds(1500),
        allowedNetworks: ["10.0.0.0/8"]
    )

    static func sample(
        _ kind: MediaKind,
        _ count: Int,
        key: Bool = true,
        pts: Int64 = 0
    ) -> SessionMessage {
        let data = [UInt8](repeating: 0xA5, count: count)
        let packet = EncodedPacket(data: data, pts: pts, dts: pts - 1, duration: 7, timescale: 1000, isKeyFrame: key)
        return .input(.sample(kind, packet))
    }

    private static let failed = IngressSessionReport(
        phase: .ended(.failed(IngressSessionError(.roomDisconnected, detail: "kicked"))),
        roomID: "RM_1"
    )

    @Test(
        "come through the socket whole and in order",
        arguments: [
            [.start(description), .stop(.requested), .stop(.shuttingDown)],
            [
                .input(.track(InputTrack(format: .h264, header: [1, 2], width: 1280, height: 720))),
                .input(.track(InputTrack(format: .aac, sampleRate: 48_000, channels: 2))),
                sample(.video, 300_000, pts: -5), sample(.video, 3, key: false, pts: .max), sample(.audio, 0),
                .input(.ended),
            ],
            [.sourceLost, .sourceResumed, .ready, .progress],
            [.report(IngressSessionReport(phase: .publishing, isSourceAway: true)), .report(failed)],
        ] as [[SessionMessage]]
    )
    func roundTrip(messages: [SessionMessage]) throws {
        let (near, far) = try pair()
        let sender = WorkThread(name: "sender") {
            for message in messages { near.send(message) }
            near.shutDown()
        }
        var received: [SessionMessage] = []
        while let message: SessionMessage = far.receive() { received.append(message) }
        sender.join()
        #expect(received == messages)
    }

    @Test("are the same whether their samples are copied or not")
    func oneForm() throws {
        let message = Self.sample(.video, 9, pts: 1 << 40)
        guard case .input(.sample(let kind, let packet)) = message else { return }
        #expect(try message.serialized() == SampleHeader(kind, packet).serialized() + packet.data)
    }

    @Test(
        "that are none end the conversation or are skipped",
        arguments: [
            [0, 0, 0, 0], [255, 255, 255, 255, 1], [1, 0, 0, 1, 1], [0, 0, 0, 2, 99, 0], [0, 0, 0, 2, 1, 0], [0],
            [0, 0, 0, 3, 4, 1, 2], [0, 0, 0, 4, 2, 120, 121, 122], [0, 0, 0, 3, 17, 123, 125],
            // A sample whose clock stands still.
            [0, 0, 0, 30, 4, 3] + [UInt8](repeating: 0, count: 28),
            // Flags that nobody sends.
            [0, 0, 0, 30, 4, 4, 0, 0, 0, 1] + [UInt8](repeating: 0, count: 24),
        ] as [[UInt8]]
    )
    func garbage(bytes: [UInt8]) throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let link = JobLink(descriptor: ends[0])
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        let message: SessionMessage? = link.receive()
        #expect(message == nil)
    }

    @Test("that are too long are not sent, and do no harm to the next")
    func tooLong() throws {
        let (near, far) = try pair()
        #expect(!near.send(Self.sample(.video, SessionMessage.maximumLength)))
        near.send(SessionMessage.ready)
        near.shutDown()
        #expect(far.receive() == SessionMessage.ready)
    }

    @Test("cannot be sent to nobody")
    func gone() throws {
        let (near, far) = try pair()
        far.shutDown()
        #expect(!near.send(SessionMessage.sourceLost))
        #expect(!near.send(Self.sample(.video, 1)))
    }

    private func pair() throws -> (JobLink, JobLink) {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (JobLink(descriptor: ends[0]), JobLink(descriptor: ends[1]))
    }
}
