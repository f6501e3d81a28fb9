import Foundation
import LiveKitProtocol
import Logging
import MessageBus
import Observability
import SwiftProtobuf
import Synchronization
import Testing

@testable import Egress

@Suite("The worker", .timeLimit(.minutes(2)))
struct EgressWorkerTests {
    private let folder: TemporaryFolder
    private let bus = InProcessBus()
    private let keeper: ReportKeeper

    init() async throws {
        folder = try TemporaryFolder()
        keeper = try await ReportKeeper(bus)
    }

    private func worker(_ script: String, _ change: (inout EgressWorkerConfiguration) -> Void = { _ in }) throws
        -> EgressWorker
    {
        var configuration = EgressWorkerConfiguration(
            executable: "/bin/sh",
            url: "ws://127.0.0.1:1",
            apiKey: "key",
            apiSecret: "the-secret-of-the-key"
        )
        configuration.arguments = ["-c", script]
        configuration.recordings = folder.path + "/out"
        configuration.cores = 64
        change(&configuration)
        return try EgressWorker(configuration: configuration, bus: bus, logger: quiet)
    }

    /// Runs workers while `body` does, then ends them.
    private func running(_ workers: EgressWorker..., body: (RPCClient) async throws -> Void) async throws {
        let client = RPCClient(bus: bus, service: EgressInternal.service, logger: quiet)
        try await client.start()
        for worker in workers { try await worker.start() }
        try await withThrowingTaskGroup(of: Void.self) { group in
            for worker in workers { group.addTask { await worker.run() } }
            do {
                try await body(client)
            } catch {
                for worker in workers { worker.killAll() }
                group.cancelAll()
                throw error
            }
            for worker in workers { worker.stopAll() }
            try await group.waitForAll()
        }
    }

    private func request(_ path: String, id: String = EgressID.random().rawValue) -> Rpc_StartEgressRequest {
        .with {
            $0.egressID = id
            $0.roomID = "RM_1"
            $0.roomComposite.roomName = "standup"
            $0.roomComposite.preset = .h264720P30
            $0.roomComposite.fileOutputs = [.with { $0.filepath = path }]
        }
    }

    private func start(_ client: RPCClient, _ request: Rpc_StartEgressRequest) async throws -> Livekit_EgressInfo {
        let options = CallOptions(timeout: .seconds(30), selection: .startEgress)
        return try await client.call(EgressInternal.startEgress, request, options: options)
    }

    private func stop(_ id: String) async throws -> Livekit_EgressInfo {
        let client = RPCClient(bus: bus, service: EgressHandler.service, logger: quiet)
        try await client.start()
        let request = Livekit_StopEgressRequest.with { $0.egressID = id }
        return try await client.call(EgressHandler.stopEgress, topic: id, request)
    }

    @Test("tells of an egress from its start to its end, in order, and leaves nothing behind")
    func life() async throws {
        let worker = try worker(FakeJob.faithful)
        try await running(worker) { client in
            let info = try await start(client, request("talks/{room_name}"))
            #expect(info.egressID.hasPrefix("EG_"))
            // As it was announced; what the job reports from then on is the job's own.
            #expect(keeper.announced.map(\.egressID) == [info.egressID])
            #expect(keeper.announced.map(\.roomName) == ["standup"] && keeper.announced.map(\.roomID) == ["RM_1"])
            await keeper.active(info.egressID)
            let active = try await client.callAll(
                EgressInternal.listActiveEgress,
                Rpc_ListActiveEgressRequest(),
                timeout: .milliseconds(100)
            )
            #expect(active.map(\.egressIds) == [[info.egressID]])
            #expect(worker.health.contains("\"\(info.egressID)\":{\"type\":\"room_composite\"}"))
            #expect(try await stop(info.egressID).status == .egressEnding)
            #expect(await keeper.end(of: info.egressID).status == .egressComplete)
            #expect(keeper.statuses(of: info.egressID) == ["EGRESS_ACTIVE", "EGRESS_ENDING", "EGRESS_COMPLETE"])
        }
        #expect(worker.jobCount == 0)
        #expect(try FileManager.default.contentsOfDirectory(atPath: worker.recordings + "/.sluice") == [])
        let metrics = worker.makeMetrics().text()
        #expect(
            metrics.contains("livekit_egress_handler_results_total{"),
            "\(metrics)"
        )
        #expect(
            metrics.contains("type=\"room_composite\",result=\"completed\"") || metrics.contains("result=\"completed\"")
        )
    }

    @Test(
        "reports a job that dies as FAILED with the cause",
        arguments: [("kill -9 $$", "signal 9 (Killed)"), ("exit 7", "exit code 7"), ("kill -SEGV $$", "signal 11")]
    )
    func crash(death: String, cause: String) async throws {
        try await running(try worker(FakeJob.dying(death))) { client in
            let id = try await start(client, request("a")).egressID
            let info = await keeper.end(of: id)
            #expect(info.status == .egressFailed && info.errorCode == 500 && info.endedAt > 0)
            #expect(info.error.contains(cause), "\(info.error)")
            #expect(info.details.hasPrefix("End reason: Failure"))
        }
    }

    @Test("refuses what cannot be done, and says why")
    func refusals() async throws {
        let worker = try worker(FakeJob.faithful) { $0.cores = 1.7 }
        try await running(worker) { client in
            func refusal(_ request: Rpc_StartEgressRequest) async -> RPCError? {
                await #expect(throws: RPCError.self) { try await start(client, request) }
            }
            #expect(await refusal(request("../x.mp4"))?.code == .invalidArgument)
            #expect(await refusal(request(".sluice/x/y"))?.code == .invalidArgument)
            #expect(await refusal(request("x", id: "EG_../../etc"))?.code == .invalidArgument)
            #expect(await refusal(Rpc_StartEgressRequest.with { $0.egressID = "EG_abcdefghijkl" }) != nil)
            let first = try await start(client, request("a.mp4"))
            let again = await refusal(request("b.mp4", id: first.egressID))
            #expect(again == RPCError(.alreadyExists, "egress already exists"))
            let taken = await refusal(request("\(worker.recordings)/a.mp4"))
            #expect(taken?.code == .alreadyExists && taken?.message.contains(first.egressID) == true)
            _ = try await start(client, request("b.mp4"))
            // 1.7 × 0.8 − 2 × 0.65 leaves nothing for a third: the worker stays silent.
            #expect(await refusal(request("c.mp4")) == .noResponse)
        }
    }

    @Test("kills a job that does not end when it is asked to, and one that is never heard of")
    func hanging() async throws {
        let deaf = try worker(FakeJob.deaf) {
            $0.stopLimit = .milliseconds(100)
            // Completing what it has left hangs as well.
            $0.salvageLimits.launch = .milliseconds(500)
        }
        try await running(deaf) { client in
            let id = try await start(client, request("a")).egressID
            await keeper.active(id)
            _ = try await stop(id)
            let info = await keeper.end(of: id)
            #expect(info.status == .egressFailed && info.error == "pipeline frozen" && info.errorCode == 500)
        }
    }

    @Test("lets a job that another worker has go, without a word")
    func superseded() async throws {
        let worker = try worker(FakeJob.superseded)
        try await running(worker) { client in
            let id = try await start(client, request("a")).egressID
            await keeper.active(id)
            while worker.jobCount > 0 { try await Task.sleep(for: .milliseconds(20)) }
            #expect(keeper.statuses(of: id) == ["EGRESS_ACTIVE"])
        }
    }

    @Test("hands requests to stream elsewhere over to the job, and its answers back")
    func streaming() async throws {
        try await running(try worker(FakeJob.streaming)) { client in
            let id = try await start(client, request("a")).egressID
            await keeper.active(id)
            let handler = RPCClient(bus: bus, service: EgressHandler.service, logger: quiet)
            try await handler.start()
            let update = Livekit_UpdateStreamRequest.with { $0.egressID = id }
            let refusal = await #expect(throws: RPCError.self) {
                try await handler.call(EgressHandler.updateStream, topic: id, update)
            }
            #expect(refusal == RPCError(.notFound, "stream not found"))
            let info = try await handler.call(EgressHandler.updateStream, topic: id, update)
            #expect(info.egressID == id)
        }
    }

    @Test("delivers what it could not deliver, in order, and takes no jobs until then")
    func silence() async throws {
        let worker = try worker(FakeJob.faithful) { $0.updateTimeout = .milliseconds(300) }
        try await running(worker) { client in
            let id = try await start(client, request("a")).egressID
            await keeper.active(id)
            keeper.beSilent(true)
            _ = try await stop(id)
            while worker.isReady { try await Task.sleep(for: .milliseconds(20)) }
            let refusal = await #expect(throws: RPCError.self) { try await start(client, request("b")) }
            #expect(refusal == .noResponse)
            keeper.beSilent(false)
            #expect(await keeper.end(of: id).status == .egressComplete)
            #expect(keeper.statuses(of: id) == ["EGRESS_ACTIVE", "EGRESS_ENDING", "EGRESS_COMPLETE"])
        }
    }

    @Test("answers thirty starts at once over two workers, and none of them twice")
    func thirty() async throws {
        let first = try worker(FakeJob.faithful)
        let second = try worker(FakeJob.faithful)
        try await running(first, second) { client in
            let requests = (0..<30).map { request("file-\($0)") }
            let started = await withTaskGroup(of: String?.self) { group in
                for request in requests { group.addTask { try? await start(client, request).egressID } }
                return await group.reduce(into: [String]()) { if let id = $1 { $0.append(id) } }
            }
            #expect(Set(started) == Set(requests.map(\.egressID)))
            #expect(keeper.created.sorted() == started.sorted())
            #expect(first.jobCount + second.jobCount == 30)
        }
        for id in keeper.created { #expect(keeper.statuses(of: id).last == "EGRESS_COMPLETE") }
    }

    @Test("that drains takes no more jobs, lets those that run go on, and ends after the last")
    func draining() async throws {
        let worker = try worker(FakeJob.faithful)
        let client = RPCClient(bus: bus, service: EgressInternal.service, logger: quiet)
        try await client.start()
        try await worker.start()
        let run = Task { await worker.run() }
        let id = try await start(client, request("a")).egressID
        await keeper.active(id)
        worker.drain()
        #expect(!worker.isReady)
        let refusal = await #expect(throws: RPCError.self) { try await start(client, request("b")) }
        #expect(refusal == .noResponse)
        #expect(try await stop(id).status == .egressEnding)
        await run.value
        #expect(keeper.statuses(of: id).last == "EGRESS_COMPLETE")
    }

    @Test("completes what a worker that was killed has left, and reports it")
    func orphans() async throws {
        let dead = folder.path + "/out/.sluice/NE_dead"
        let orphan = JobFolder("EG_abcdefghijkl", below: dead)
        let told = JobFolder("EG_mnopqrstuvwx", below: dead)
        try FileManager.default.createDirectory(atPath: dead, withIntermediateDirectories: true)
        for folder in [orphan, told] { try folder.create() }
        orphan.keep(.with { ($0.egressID, $0.status, $0.startedAt) = ("EG_abcdefghijkl", .egressActive, 5) })
        told.keep(.with { ($0.egressID, $0.status) = ("EG_mnopqrstuvwx", .egressComplete) })
        let description = JobDescription(
            plan: try EgressPlan(request("a").request!, defaults: PlanDefaults()),
            workFolder: orphan.path,
            recordings: folder.path + "/out",
            info: [],
            url: "ws://x",
            token: "a-token"
        )
        // No process has this number and began at the machine's start.
        let record = JobFolder.Record(description: description, pid: getpid(), processStart: 1)
        for folder in [orphan, told] { try folder.keep(record) }
        #expect(orphan.record?.description.token == "")
        let mode = try FileManager.default.attributesOfItem(atPath: orphan.path + "/job.json")[.posixPermissions]
        #expect(mode as? Int == 0o600)

        let worker = try worker(FakeJob.start + "info 1")
        try await running(worker) { _ in
            let info = await keeper.end(of: "EG_abcdefghijkl")
            #expect(
                info.status == .egressFailed && info.errorCode == 500 && info.error.hasPrefix("the worker was killed")
            )
            #expect(await keeper.end(of: "EG_mnopqrstuvwx").status == .egressComplete)
        }
        #expect(!FileManager.default.fileExists(atPath: orphan.path))
        #expect(!FileManager.default.fileExists(atPath: told.path))
    }

    @Test("keeps the secret of its keys and jobs' tokens out of what others may read")
    func secrets() async throws {
        let lines = Mutex<[String]>([])
        let worker = try worker(FakeJob.dying("exit 1"))
        try await running(worker) { client in
            let id = try await start(client, request("a")).egressID
            let info = await keeper.end(of: id)
            lines.withLock { $0.append((try? info.jsonString()) ?? "") }
            lines.withLock { $0.append(worker.health + worker.makeMetrics().text()) }
        }
        #expect(lines.withLock { $0 }.allSatisfy { !$0.contains("the-secret-of-the-key") && !$0.contains("eyJ") })
    }
}
