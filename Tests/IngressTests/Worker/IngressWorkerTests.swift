import Foundation
import LiveKitProtocol
import Media
import MediaWire
import MessageBus
import Observability
import SwiftProtobuf
import Synchronization
import Testing

@testable import Ingress

@Suite("The ingress worker", .timeLimit(.minutes(2)))
struct IngressWorkerTests {
    /// A worker whose sessions are shell scripts, at work for as long as a test runs.
    private struct Setting {
        let worker: IngressWorker
        let keeper: IngressKeeper
        let bus: InProcessBus
        let folder: TemporaryFolder

        func notes() -> [String] {
            let text = try? String(contentsOfFile: "\(folder.path)/session.notes", encoding: .utf8)
            return text?.split(separator: "\n").map(String.init) ?? []
        }

        func attempt(
            _ key: String,
            _ dismissals: Dismissals = Dismissals(),
            _ departure: PublisherDeparture = .finished
        ) -> PublishAttempt {
            PublishAttempt(
                input: .rtmpInput,
                streamKey: key,
                address: "test",
                disconnect: { dismissals.add($0) },
                departure: { departure }
            )
        }
    }

    /// Why a publisher was disconnected.
    private final class Dismissals: Sendable {
        private let all = Mutex<[PublisherDismissal]>([])
        private let news = AsyncStream<Void>.makeStream()

        func add(_ dismissal: PublisherDismissal) {
            all.withLock { $0.append(dismissal) }
            news.continuation.yield()
        }

        /// Waits for the first; for one caller.
        func first() async -> PublisherDismissal? {
            for await _ in news.stream { break }
            return all.withLock { $0.first }
        }
    }

    private func run(
        _ script: String,
        _ change: (inout IngressWorkerConfiguration) -> Void = { _ in },
        _ body: (Setting) async throws -> Void
    ) async throws {
        let folder = try TemporaryFolder()
        try script.write(toFile: "\(folder.path)/session", atomically: true, encoding: .utf8)
        var configuration = IngressWorkerConfiguration(
            executable: "/bin/sh",
            url: "ws://127.0.0.1:1",
            apiKey: "k",
            apiSecret: "s"
        )
        configuration.arguments = ["\(folder.path)/session"]
        configuration.countsCores = false
        change(&configuration)
        let bus = InProcessBus()
        let keeper = try await IngressKeeper(bus)
        keeper.add("key")
        let worker = try IngressWorker(configuration: configuration, bus: bus, logger: quiet)
        try await worker.start()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { await worker.run() }
            try await body(Setting(worker: worker, keeper: keeper, bus: bus, folder: folder))
            worker.stopAll()
            try await group.waitForAll()
        }
        #expect(worker.sessionCount == 0)
    }

    private let frame = InputEvent.sample(
        .video,
        EncodedPacket(data: [1], pts: 0, dts: 0, duration: 1, timescale: 30, isKeyFrame: true)
    )
    private let track = InputEvent.track(InputTrack(format: .h264))

    @Test("tells of a session from its beginning to its end")
    func wholeSession() async throws {
        try await run(FakeSession.faithful) { setting in
            let dismissals = Dismissals()
            let input = try await setting.worker.admit(setting.attempt("key", dismissals))
            #expect(await setting.keeper.states(2, of: "IN_key") == [.endpointBuffering, .endpointPublishing])
            input.receive(track)
            input.receive(frame)
            input.receive(.ended)
            let all = await setting.keeper.states(3, of: "IN_key")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointInactive])
            let states = setting.keeper.states(of: "IN_key")
            #expect(Set(states.map(\.resourceID)).count == 1 && states[0].resourceID.hasPrefix("RT_"))
            #expect(Set(states.map(\.startedAt)).count == 1 && states[0].startedAt > 0)
            #expect(states[2].endedAt >= states[1].updatedAt && states[2].error.isEmpty && states[2].roomID == "RM_1")
        }
    }

    @Test(
        "refuses whoever may not publish, with the reason",
        arguments: [
            ("", .missingStreamKey), ("unknown", .notFound), ("off", .disabled), ("whip", .wrongInput(.whipInput)),
            (String(repeating: "x", count: 300), .notFound),
        ] as [(String, IngressRefusal)]
    )
    func refusals(key: String, refusal: IngressRefusal) async throws {
        try await run(FakeSession.faithful) { setting in
            setting.keeper.add("off") { $0.enabled = false }
            setting.keeper.add("whip") { $0.inputType = .whipInput }
            await #expect(throws: refusal) { _ = try await setting.worker.admit(setting.attempt(key)) }
        }
    }

    @Test("asks no more about the keys of an address that has shown too many wrong ones, and lets others in")
    func wrongKeys() async throws {
        try await run(FakeSession.faithful) { setting in
            var stranger = setting.attempt("key")
            stranger.origin = IPAddress("192.0.2.1")
            // Let in once, so that its key is known to be right.
            let first = try await setting.worker.admit(stranger)
            var heldBack = 0
            for number in 0..<300 {
                var wrong = stranger
                wrong.streamKey = "wrong\(number)"
                do throws(IngressRefusal) { _ = try await setting.worker.admit(wrong) } catch {
                    if case .heldBack = error { heldBack += 1 } else { #expect(error == .notFound) }
                }
            }
            #expect(heldBack > 150)
            #expect(setting.keeper.questions == 301 - heldBack)
            #expect(try await setting.worker.admit(stranger).session === first.session)
            setting.keeper.add("second")
            stranger.streamKey = "second"
            await #expect(throws: IngressRefusal.self) { _ = try await setting.worker.admit(stranger) }
            stranger.origin = IPAddress("192.0.2.2")
            _ = try await setting.worker.admit(stranger)
        }
    }

    @Test("refuses an ingress that lacks a room")
    func noRoom() async throws {
        try await run(FakeSession.faithful) { setting in
            setting.keeper.add("lost") { $0.roomName = "" }
            let status = await #expect(throws: IngressRefusal.self) {
                _ = try await setting.worker.admit(setting.attempt("lost"))
            }?.status
            #expect(status == 400)
        }
    }

    @Test("takes no more than the cores that there are")
    func capacity() async throws {
        try await run(FakeSession.faithful, { ($0.countsCores, $0.cores) = (true, 1) }) { setting in
            setting.keeper.add("second")
            _ = try await setting.worker.admit(setting.attempt("key"))
            await #expect(throws: IngressRefusal.capacity) {
                _ = try await setting.worker.admit(setting.attempt("second"))
            }
            #expect(!setting.worker.isAvailable)
        }
    }

    @Test("takes nobody while it ends, and is done when its sessions are")
    func draining() async throws {
        try await run(FakeSession.faithful) { setting in
            let input = try await setting.worker.admit(setting.attempt("key"))
            setting.worker.drain()
            setting.keeper.add("second")
            await #expect(throws: IngressRefusal.shuttingDown) {
                _ = try await setting.worker.admit(setting.attempt("second"))
            }
            _ = await setting.keeper.states(2, of: "IN_key")
            // Its sessions are listed as long as there are any: one that no worker lists is taken for lost.
            let client = RPCClient(bus: setting.bus, service: IngressInternal.service, logger: quiet)
            try await client.start()
            let request = Rpc_ListActiveIngressRequest()
            for _ in 0..<2 {
                let timeout = Duration.milliseconds(200)
                let lists = try await client.callAll(IngressInternal.listActiveIngress, request, timeout: timeout)
                #expect(lists.flatMap(\.ingressIds) == ["IN_key"])
            }
            await client.shutdown()
            input.receive(.ended)
            #expect(await setting.keeper.states(3, of: "IN_key").last == .endpointInactive)
        }
    }

    @Test("starts a process that dies again, and to the world the session goes on")
    func relaunch() async throws {
        try await run(FakeSession.recovering) { setting in
            let input = try await setting.worker.admit(setting.attempt("key"))
            _ = await setting.keeper.states(2, of: "IN_key")
            #expect(try await becomesTrue { setting.notes().count >= 3 })
            input.receive(track)
            input.receive(.ended)
            let all = await setting.keeper.states(3, of: "IN_key")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointInactive])
        }
    }

    @Test(
        "tells the truth about a process that dies every time, however it dies",
        arguments: [
            ("exit 3", "exit code 3"), ("kill -SEGV $$", "signal 11"), ("kill -KILL $$", "signal 9"),
            ("exit 0", "exit code 0"),
        ]
    )
    func death(death: String, cause: String) async throws {
        try await run(FakeSession.dying(death)) { setting in
            let dismissals = Dismissals()
            _ = try await setting.worker.admit(setting.attempt("key", dismissals))
            #expect(await setting.keeper.states(3, of: "IN_key").last == .endpointError)
            let error = setting.keeper.states(of: "IN_key").last?.error ?? ""
            #expect(error.contains("the session's process ended unexpectedly: \(cause)"))
            #expect(await dismissals.first() == .sessionOver)
        }
    }

    @Test("tells of a process that cannot be started")
    func noProgram() async throws {
        try await run("", { $0.executable = "/nonexistent" }) { setting in
            let dismissals = Dismissals()
            _ = try await setting.worker.admit(setting.attempt("key", dismissals))
            #expect(await setting.keeper.states(2, of: "IN_key") == [.endpointBuffering, .endpointError])
            #expect(await dismissals.first() == .sessionOver)
        }
    }

    @Test("ends with its room, and sends the publisher away")
    func kicked() async throws {
        try await run(FakeSession.kicked) { setting in
            let dismissals = Dismissals()
            let input = try await setting.worker.admit(setting.attempt("key", dismissals))
            input.receive(track)
            #expect(await dismissals.first() == .sessionOver)
            _ = await setting.keeper.states(3, of: "IN_key")
            #expect(setting.keeper.states(of: "IN_key").last?.error == "room disconnected")
        }
    }

    @Test("waits for a publisher that was lost: its session and its process go on")
    func grace() async throws {
        try await run(FakeSession.faithful) { setting in
            let first = try await setting.worker.admit(setting.attempt("key", Dismissals(), .lost))
            _ = await setting.keeper.states(2, of: "IN_key")
            first.receive(.ended)
            let second = try await setting.worker.admit(setting.attempt("key"))
            #expect(second.session === first.session)
            #expect(try await becomesTrue { setting.notes().contains("resumed") })
            second.receive(.ended)
            let all = await setting.keeper.states(3, of: "IN_key")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointInactive])
        }
    }

    @Test("does not wait for ever")
    func graceIsOver() async throws {
        try await run(FakeSession.faithful, { $0.grace = .milliseconds(300) }) { setting in
            let input = try await setting.worker.admit(setting.attempt("key", Dismissals(), .lost))
            _ = await setting.keeper.states(2, of: "IN_key")
            input.receive(.ended)
            #expect(await setting.keeper.states(3, of: "IN_key").last == .endpointInactive)
            let next = try await setting.worker.admit(setting.attempt("key"))
            #expect(next.session !== input.session)
        }
    }

    @Test("ends at once with a publisher that was sent away, and says why")
    func sentAway() async throws {
        try await run(FakeSession.faithful) { setting in
            let error = IngressSessionError(.unsupportedFormat, detail: "VP6 is not supported")
            let input = try await setting.worker.admit(setting.attempt("key", Dismissals(), .failed(error)))
            _ = await setting.keeper.states(2, of: "IN_key")
            input.receive(.ended)
            let all = await setting.keeper.states(3, of: "IN_key")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointError])
            #expect(setting.keeper.states(of: "IN_key").last?.error == error.message)
            #expect(!setting.notes().contains("lost"))
        }
    }

    @Test("gives the session to the newest publisher")
    func takeover() async throws {
        try await run(FakeSession.faithful) { setting in
            let dismissals = Dismissals()
            let first = try await setting.worker.admit(setting.attempt("key", dismissals))
            let second = try await setting.worker.admit(setting.attempt("key"))
            #expect(second.session === first.session)
            #expect(await dismissals.first() == .takenOver)
            // Of no consequence any more.
            first.receive(.ended)
            _ = await setting.keeper.states(2, of: "IN_key")
            second.receive(.ended)
            let all = await setting.keeper.states(3, of: "IN_key")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointInactive])
        }
    }

    @Test("leaves the session to the oldest publisher where that is asked for")
    func oldest() async throws {
        try await run(FakeSession.faithful, { $0.conflict = .oldest }) { setting in
            _ = try await setting.worker.admit(setting.attempt("key"))
            await #expect(throws: IngressRefusal.busy) {
                _ = try await setting.worker.admit(setting.attempt("key"))
            }
        }
    }

    @Test("ends a session whose ingress is changed or deleted, and begins another for whoever comes next")
    func changed() async throws {
        try await run(FakeSession.faithful) { setting in
            let client = RPCClient(bus: setting.bus, service: IngressHandler.service, logger: quiet)
            try await client.start()
            var resources: Set<String> = []
            for isDeleted in [false, true] {
                let dismissals = Dismissals()
                let input = try await setting.worker.admit(setting.attempt("key", dismissals))
                resources.insert(input.session.resourceID)
                let state: Livekit_IngressState
                if isDeleted {
                    let request = Livekit_DeleteIngressRequest.with { $0.ingressID = "IN_key" }
                    state = try await client.call(IngressHandler.deleteIngress, topic: "IN_key", request)
                } else {
                    let request = Livekit_UpdateIngressRequest.with { $0.ingressID = "IN_key" }
                    state = try await client.call(IngressHandler.updateIngress, topic: "IN_key", request)
                }
                #expect(state.resourceID == input.session.resourceID)
                #expect(await dismissals.first() == .deleted)
            }
            #expect(resources.count == 2)
            await client.shutdown()
        }
    }

    @Test("pulls a URL once, however often it is asked to, and is complete at its end")
    func pull() async throws {
        try await run(FakeSession.finishing) { setting in
            let client = RPCClient(bus: setting.bus, service: IngressInternal.service, logger: quiet)
            try await client.start()
            var request = Rpc_StartIngressRequest()
            request.info.ingressID = "IN_url"
            request.info.inputType = .urlInput
            request.info.url = "https://example.com/a.mp4"
            request.info.roomName = "room"
            request.info.participantIdentity = "film"
            let info = try await client.call(IngressInternal.startIngress, request)
            #expect(info.state.status == .endpointBuffering && info.state.resourceID.hasPrefix("UR_"))
            #expect(setting.keeper.created == ["IN_url"])
            let all = await setting.keeper.states(3, of: "IN_url")
            #expect(all == [.endpointBuffering, .endpointPublishing, .endpointComplete])
            request.info.inputType = .rtmpInput
            request.info.ingressID = "IN_rtmp"
            await #expect(throws: RPCError.self) {
                _ = try await client.call(IngressInternal.startIngress, request)
            }
            await client.shutdown()
        }
    }

    @Test("lists what runs")
    func listing() async throws {
        try await run(FakeSession.faithful) { setting in
            let client = RPCClient(bus: setting.bus, service: IngressInternal.service, logger: quiet)
            try await client.start()
            let input = try await setting.worker.admit(setting.attempt("key"))
            let lists = try await client.callAll(
                IngressInternal.listActiveIngress,
                Rpc_ListActiveIngressRequest(),
                timeout: .milliseconds(300)
            )
            #expect(lists.flatMap(\.ingressSessions).map(\.ingressID) == ["IN_key"])
            #expect(lists.flatMap(\.ingressSessions).map(\.resourceID) == [input.session.resourceID])
            #expect(lists.flatMap(\.ingressIds) == ["IN_key"])
            await client.shutdown()
        }
    }

    @Test("issues a token for the publisher alone")
    func token() async throws {
        try await run(FakeSession.faithful) { setting in
            setting.keeper.add("who") { info in
                info.participantName = "N"
                info.participantMetadata = "M"
            }
            let input = try await setting.worker.admit(setting.attempt("who"))
            let claims = try TokenVerifier(keys: APIKeys([APIKeys.Pair(key: "k", secret: "s")]))
                .verify(input.session.description.token)
            #expect(claims.identity == "publisher" && claims.name == "N" && claims.metadata == "M")
            #expect(claims.kind == .ingress)
            #expect(claims.attributes["ingress.ingressID"] == "IN_who")
            #expect(claims.attributes["ingress.resourceID"] == input.session.resourceID)
            #expect(claims.video?.room == "room" && claims.video?.roomJoin == true)
            #expect(claims.video?.maySubscribe == false && claims.video?.mayPublish == true)
            #expect(claims.video?.mayUpdateOwnMetadata == true && claims.video?.hidden == false)
        }
    }

    @Test("counts sessions and publishers under LiveKit's names")
    func metrics() async throws {
        try await run(FakeSession.faithful) { setting in
            _ = try await setting.worker.admit(setting.attempt("key"))
            _ = try? await setting.worker.admit(setting.attempt("nobody"))
            let text = setting.worker.makeMetrics().text()
            #expect(text.contains(#"livekit_ingress_requests{"#))
            #expect(text.contains(#"type="rtmp""#) && text.contains(#"transcoding="true""#))
            #expect(text.contains(#"status="success""#) && text.contains(#"status="4xx""#))
            #expect(text.contains(#"node_type="INGRESS""#))
        }
    }
}
