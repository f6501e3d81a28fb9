import Foundation
import JobProcess
import LiveKitProtocol
import Storage
import SwiftProtobuf
import Testing

@testable import Egress

@Suite("Messages between worker and job")
struct JobMessageTests {
    private static let description = JobDescription(
        plan: EgressPlan(
            roomName: "r",
            source: .media(
                video: .participant(identity: "a", preferScreenShare: true),
                audio: .routes([AudioRoute(match: .kind(4), channel: .left)])
            ),
            outputs: [
                OutputPlan(
                    kind: .file(FilePlan(format: .mp4, path: "x")),
                    video: VideoPlan(
                        profile: .main,
                        width: 16,
                        height: 16,
                        framerate: 30,
                        bitrate: 1,
                        keyFrameInterval: 2
                    ),
                    audio: nil,
                    storage: .local
                )
            ]
        ),
        workFolder: "/w",
        recordings: "/r",
        info: [1, 2, 3],
        url: "ws://x",
        token: "t",
        limit: 1.5
    )

    @Test(
        "come through the socket whole and in order",
        arguments: [
            [JobMessage.start(description), .stop(.stopRequested)], [.salvage(description)],
            [.layout("speaker"), .layout(""), .rewriting, .progress, .superseded],
            [
                .updateStream(7, .with { $0.addOutputUrls = ["rtmp://x/y/z"] }), .answer(.max, nil),
                .answer(7, .notStreaming),
            ],
            [
                .info(
                    Livekit_EgressInfo.with {
                        $0.egressID = "EG_1"
                        $0.error = String(repeating: "x", count: 300_000)
                    }
                )
            ],
        ]
    )
    func roundTrip(messages: [JobMessage]) throws {
        let (near, far) = try pair()
        let sender = WorkThread(name: "sender") {
            for message in messages { near.send(message) }
            near.shutDown()
        }
        var received: [JobMessage] = []
        while let message = far.receive() { received.append(message) }
        sender.join()
        #expect(received == messages)
    }

    @Test(
        "that are none end the conversation or are skipped",
        arguments: [
            [0, 0, 0, 0], [255, 255, 255, 255, 1], [0, 0, 0, 2, 99, 0], [0, 0, 0, 2, 1, 0], [0, 0, 0, 9, 4], [0],
            [0, 0, 0, 3, 5, 0, 0], [0, 0, 0, 6, 18, 0, 0, 0, 0, 1],
        ]
    )
    func garbage(bytes: [UInt8]) throws {
        var ends: [Int32] = [0, 0]
        #expect(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        let link = JobLink(descriptor: ends[0])
        #expect(write(ends[1], bytes, bytes.count) == bytes.count)
        close(ends[1])
        #expect(link.receive() == nil)
    }

    @Test("cannot be sent to nobody")
    func gone() throws {
        let (near, far) = try pair()
        far.shutDown()
        #expect(!near.send(.stop(.killed)))
        #expect(near.receive() == nil)
    }

    private func pair() throws -> (JobLink, JobLink) {
        var ends: [Int32] = [0, 0]
        try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &ends) == 0)
        return (JobLink(descriptor: ends[0]), JobLink(descriptor: ends[1]))
    }
}
