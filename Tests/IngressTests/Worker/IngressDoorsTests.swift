import Foundation
import JobProcess
import LiveKitProtocol
import MediaWire
import MessageBus
import Synchronization
import TestKit
import Testing

@testable import Ingress

@Suite("Where publishers come in", .timeLimit(.minutes(2)))
struct IngressDoorsTests {
    private func worker(_ ports: IngressPorts, _ bus: InProcessBus, _ script: String = "") throws -> IngressWorker {
        var configuration = IngressWorkerConfiguration(
            executable: "/bin/sh",
            url: "ws://127.0.0.1:1",
            apiKey: "k",
            apiSecret: "s"
        )
        configuration.arguments = [script]
        configuration.countsCores = false
        configuration.ports = ports
        configuration.ports.bindAddress = "127.0.0.1"
        return try IngressWorker(configuration: configuration, bus: bus, logger: quiet)
    }

    private var freePorts: IngressPorts {
        var ports = IngressPorts()
        (ports.rtmp, ports.whip, ports.media) = (0, 0, 0)
        return ports
    }

    @Test("are open, all of them or none")
    func taken() async throws {
        let first = try worker(freePorts, InProcessBus())
        try await first.openDoors()
        #expect(first.openings.count == 2)
        let (rtmp, _, whip) = first.openPorts
        var ports = freePorts
        ports.whip = whip
        let second = try worker(ports, InProcessBus())
        let error = await #expect(throws: DoorError.self) { try await second.openDoors() }
        #expect(error?.setting == "whip_port" && error?.description.contains("\(whip ?? 0)") == true)
        #expect(second.openings.isEmpty)
        ports.rtmp = rtmp
        let third = try worker(ports, InProcessBus())
        try await third.openDoors { _ in true }
        #expect(third.openings.isEmpty)
        for worker in [first, second, third] { await worker.closeDoors() }
        #expect(first.openings.isEmpty)
    }

    @Test("lead what ffmpeg publishes by RTMP into a session, and end it when ffmpeg does")
    func ffmpeg() async throws {
        let folder = try TemporaryFolder()
        let script = "\(folder.path)/session"
        try FakeSession.faithful.write(toFile: script, atomically: true, encoding: .utf8)
        let bus = InProcessBus()
        let keeper = try await IngressKeeper(bus)
        keeper.add("key")
        var ports = freePorts
        ports.whip = nil
        let worker = try worker(ports, bus, script)
        try await worker.start()
        try await worker.openDoors()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            let publisher = try Spawned(
                "ffmpeg",
                [
                    "-hide_banner", "-loglevel", "error", "-f", "lavfi", "-i", "testsrc=size=160x120:rate=30", "-t",
                    "2",
                    "-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-f", "flv",
                    "rtmp://127.0.0.1:\(worker.openPorts.rtmp ?? 0)/live/key",
                ]
            )
            let all = await keeper.states(3, of: "IN_key")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointInactive])
            withExtendedLifetime(publisher) {}
            worker.stopAll()
            try await group.waitForAll()
        }
    }

    @Test(
        "end the session of a publisher whose media cannot be taken, and tell operators what the publisher is told",
        arguments: [
            (MediaTags.vp6, "VP6 is not supported; send H.264, H.265, AV1, VP8 or VP9 with AAC, MP3 or Opus."),
            (nil, "messages of 16777215 bytes; 8388608 are allowed"),
        ] as [([UInt8]?, String)]
    )
    func unsupported(tag: [UInt8]?, text: String) async throws {
        let folder = try TemporaryFolder()
        let script = "\(folder.path)/session"
        try FakeSession.faithful.write(toFile: script, atomically: true, encoding: .utf8)
        let bus = InProcessBus()
        let keeper = try await IngressKeeper(bus)
        keeper.add("key")
        var ports = freePorts
        ports.whip = nil
        let worker = try worker(ports, bus, script)
        try await worker.start()
        try await worker.openDoors()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            let opening = RTMPConnectionTests.opened(key: "key")
            let publisher = try await RTMPTestClient.connect(to: worker.openPorts.rtmp ?? 0, sending: opening)
            _ = await keeper.states(2, of: "IN_key")
            if let tag {
                publisher.send(RTMPConnectionTests.following { $0.video(tag, at: 0) })
                await publisher.hears(text)
            } else {
                // Type 0, chunk stream 4, a length of 2^24 - 1.
                publisher.send([4, 0, 0, 0, 0xFF, 0xFF, 0xFF, 9, 1, 0, 0, 0])
            }
            let all = await keeper.states(3, of: "IN_key")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointError])
            let error = keeper.states(of: "IN_key").last?.error
            #expect(error == "unsupported format for the source media: \(text)")
            await publisher.close()
            worker.stopAll()
            try await group.waitForAll()
        }
    }

    @Test("are closed to whoever has no key, or that of another input, and say so")
    func refusing() async throws {
        let bus = InProcessBus()
        let keeper = try await IngressKeeper(bus)
        keeper.add("other") { $0.inputType = .whipInput }
        var ports = freePorts
        ports.whip = nil
        let worker = try worker(ports, bus)
        try await worker.start()
        try await worker.openDoors()
        for (key, answer) in [
            ("nobody", "The stream key is not known."), ("other", "The stream key is one for WHIP, not for RTMP."),
        ] {
            let opening = RTMPConnectionTests.opened(key: key)
            let dialogue = try await RTMPTestClient.connect(to: worker.openPorts.rtmp ?? 0, sending: opening)
            await dialogue.hears(answer)
            await dialogue.close()
        }
        let origin = IPAddress("127.0.0.1")
        worker.state.withLock { state in
            for _ in 0..<100 { _ = state.keys.ask("nobody", from: origin, at: .monotonic) }
        }
        let opening = RTMPConnectionTests.opened(key: "nobody")
        let flood = try await RTMPTestClient.connect(to: worker.openPorts.rtmp ?? 0, sending: opening)
        await flood.hears("Too many wrong stream keys came from this address; try again in 1 s.")
        await flood.close()
        await worker.closeDoors()
    }
}
