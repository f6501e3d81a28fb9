import Foundation
import LiveKitProtocol
import Logging
import MessageBus
import NIOCore
import NIOPosix
import PeerTransportNIO
import RoomServer
import Synchronization
import Testing

@testable import Ingress

@Suite("The ingress worker and WHIP", .serialized, .timeLimit(.minutes(2)))
struct IngressWHIPTests {
    /// A worker whose one door is WHIP, and somebody who publishes there.
    private struct Setting {
        let worker: IngressWorker
        let keeper: IngressKeeper
        let client: WHIPClient
        let hub: PeerHub

        /// A publisher whose offer was taken, sending; its session's URL.
        func publish(_ key: String) async throws -> (WHIPTestPublisher, String) {
            let publisher = try await WHIPTestPublisher.make(hub: try await hub.companion())
            let answer = try await client.offer(try await publisher.offer(), to: "/w", key: key)
            #expect(answer.status == 201, "\(answer.text)")
            try await publisher.begin(answer: answer.text)
            return (publisher, answer.headers["location"] ?? "")
        }

        /// Ends a session as its publisher does; the answer's status.
        func delete(_ url: String, _ key: String) async throws -> Int {
            try await client.send("DELETE", url, headers: [("Authorization", "Bearer \(key)")]).status
        }
    }

    private func run(
        room: String,
        grace: Duration = .seconds(10),
        _ body: (Setting) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        let script = "\(folder.path)/session"
        try FakeSession.faithful.write(toFile: script, atomically: true, encoding: .utf8)
        var configuration = IngressWorkerConfiguration(
            executable: "/bin/sh",
            url: room,
            apiKey: "devkey",
            apiSecret: "secret"
        )
        configuration.arguments = [script]
        configuration.countsCores = false
        configuration.grace = grace
        configuration.ports.bindAddress = "127.0.0.1"
        (configuration.ports.rtmp, configuration.ports.whip, configuration.ports.media) = (nil, 0, 0)
        let bus = InProcessBus()
        let keeper = try await IngressKeeper(bus)
        keeper.add("whip") { info in
            info.inputType = .whipInput
            info.enableTranscoding = false
        }
        keeper.add("transcoded") { info in
            info.inputType = .whipInput
            info.enableTranscoding = true
        }
        keeper.add("rtmp")
        let worker = try IngressWorker(configuration: configuration, bus: bus, logger: quiet)
        try await worker.start()
        try await worker.openDoors()
        let hub = try await PeerHub.start(
            configuration: PeerHubConfiguration(bindAddress: "127.0.0.1"),
            on: MultiThreadedEventLoopGroup.singleton.next()
        )
        let client = WHIPClient(port: worker.openPorts.whip ?? 0)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            try await body(Setting(worker: worker, keeper: keeper, client: client, hub: hub))
            worker.stopAll()
            try await group.waitForAll()
        }
        await hub.shutdown()
    }

    @Test("leads a transcoded publisher into a process, and ends it with the publisher")
    func transcoded() async throws {
        try await run(room: "ws://127.0.0.1:1") { setting in
            let (publisher, url) = try await setting.publish("transcoded")
            #expect(
                await setting.keeper.states(2, of: "IN_transcoded") == [.endpointBuffering, .endpointPublishing]
            )
            let states = setting.keeper.states(of: "IN_transcoded")
            #expect(states.last?.resourceID.hasPrefix("WH_") == true)
            #expect(try await setting.delete(url, "transcoded") == 200)
            #expect(await setting.keeper.states(3, of: "IN_transcoded").last == .endpointInactive)
            withExtendedLifetime(publisher) {}
        }
    }

    @Test("tells of a transcoded publisher whose media never comes as it does of a forwarded one")
    func neverStarted() async throws {
        try await run(room: "ws://127.0.0.1:1") { setting in
            _ = try await setting.publish("transcoded")
            _ = await setting.keeper.states(2, of: "IN_transcoded")
            let input = try #require(setting.worker.sessions.first?.whip.withLock { $0 }?.input)
            let hub = try #require(setting.worker.doors.withLock { $0.hub })
            hub.loop.execute { input.end(.neverStarted("no media within 10.0 seconds of connecting")) }
            let all = await setting.keeper.states(3, of: "IN_transcoded")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointError])
            let error = setting.keeper.states(of: "IN_transcoded").last?.error
            #expect(error == "source encoder not ready: no media within 10.0 seconds of connecting")
        }
    }

    @Test("refuses keys that are not known, and those of other inputs")
    func refusals() async throws {
        try await run(room: "ws://127.0.0.1:1") { setting in
            let publisher = try await WHIPTestPublisher.make(hub: try await setting.hub.companion())
            let offer = try await publisher.offer()
            for (key, text) in [
                ("nobody", "ingress not found"), ("rtmp", "ingress not found: the stream key is one for RTMP"),
            ] {
                let answer = try await setting.client.offer(offer, to: "/w", key: key)
                #expect(answer.status == 404 && answer.text == text)
            }
            #expect(try await setting.client.send("GET", "/availability").text == "Available")
            // With a session, for a worker that drains and has none ends at once.
            let (running, _) = try await setting.publish("transcoded")
            setting.worker.drain()
            #expect(try await setting.client.send("GET", "/availability").status == 503)
            withExtendedLifetime(running) {}
        }
    }

    @Test("tells whoever shows too many wrong keys when to try again")
    func heldBack() async throws {
        try await run(room: "ws://127.0.0.1:1") { setting in
            let publisher = try await WHIPTestPublisher.make(hub: try await setting.hub.companion())
            let offer = try await publisher.offer()
            var answers: [WHIPClient.Answer] = []
            for number in 0..<200 where answers.last?.status != 429 {
                answers.append(try await setting.client.offer(offer, to: "/w", key: "wrong\(number)"))
            }
            let last = try #require(answers.last)
            #expect(last.status == 429 && answers.count > 64 && answers.dropLast().allSatisfy { $0.status == 404 })
            #expect(last.headers["retry-after"] == "1")
            #expect(last.text == "too many wrong stream keys came from this address: try again in 1 s")
        }
    }

    @Test("brings media that is not transcoded into the room, and tells of it")
    func bypass() async throws {
        var configuration = RoomServerConfiguration()
        configuration.port = 0
        configuration.bindAddresses = ["127.0.0.1"]
        configuration.keys = ["devkey": "secret"]
        configuration.rtc.udpPort = 0
        configuration.rtc.tcpPort = nil
        configuration.rtc.nodeIP = "127.0.0.1"
        let server = RoomServer(configuration: configuration, logger: quiet)
        // Cancelled below.
        let running = Task { try await server.run() }
        try await run(room: try await server.address.webSocketURL) { setting in
            let (publisher, url) = try await setting.publish("whip")
            #expect(await setting.keeper.states(2, of: "IN_whip") == [.endpointBuffering, .endpointPublishing])
            #expect(try await becomesTrue { publisher.isConnected })
            #expect(try await becomesTrue { try await server.rooms(named: ["room"]).map(\.name) == ["room"] })
            #expect(setting.worker.sessionCount == 1)
            #expect(try await setting.delete(url, "whip") == 200)
            #expect(await setting.keeper.states(3, of: "IN_whip").last == .endpointInactive)
        }
        running.cancel()
        _ = await running.result
    }
}
