import Foundation
import LiveKitProtocol
import Logging
import Synchronization
import Testing

@testable import Egress

/// Jobs here are shell scripts: descriptor 3 is their end of the socket.
@Suite("The worker", .timeLimit(.minutes(1)))
struct EgressWorkerTests {
    private let folder: TemporaryFolder
    private let changes = Changes()

    init() throws {
        folder = try TemporaryFolder()
    }

    /// Stays until the worker hangs up.
    private static let faithful = "exec cat <&3 >/dev/null"

    private func worker(
        _ script: String,
        maximumJobs: Int = 64,
        stopLimit: Duration = .seconds(45)
    ) throws -> EgressWorker {
        var configuration = EgressWorkerConfiguration(
            executable: "/bin/sh",
            arguments: ["-c", script],
            url: "ws://127.0.0.1:1",
            apiKey: "key",
            apiSecret: "secret",
            recordings: folder.path + "/out",
            maximumJobs: maximumJobs
        )
        configuration.stopLimit = stopLimit
        return try EgressWorker(
            configuration: configuration,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            onInfo: { [changes] info, event in changes.add(info, event) }
        )
    }

    private func start(_ worker: EgressWorker, _ path: String) throws -> Livekit_EgressInfo {
        let request = RecordingPlanTests.composite { $0.fileOutputs[0].filepath = path }
        return try worker.start(RecordingPlan(request), request: .roomComposite(request), roomID: "RM_1")
    }

    @Test("answers at once with an egress that is starting and names its file")
    func starting() async throws {
        let worker = try worker(Self.faithful)
        let info = try start(worker, "talks/{room_name}-{room_id}")
        #expect(info.egressID.hasPrefix("EG_") && info.status == .egressStarting)
        #expect(info.roomName == "standup" && info.roomID == "RM_1")
        #expect(info.fileResults.map(\.filename) == ["talks/standup-RM_1.mp4"])
        #expect(info.fileResults.map(\.location) == [worker.recordings + "/talks/standup-RM_1.mp4"])
        #expect(worker.list(Livekit_ListEgressRequest()) == [info])
        #expect(changes.events(of: info.egressID) == ["egress_started EGRESS_STARTING"])
        await worker.shutDown(limit: .zero)
        await changes.ended(1)
    }

    @Test(
        "reports a job that dies as FAILED with the cause, and keeps what it wrote",
        arguments: [("kill -9 $$", "signal 9 (Killed)"), ("exit 7", "exit code 7"), ("kill -SEGV $$", "signal 11")]
    )
    func crash(death: String, cause: String) async throws {
        let worker = try worker(
            "if [ ! -e \(folder.path)/done ]; then touch \(folder.path)/done; printf 0123456789 > \(folder.path)/out/a.mp4; fi; \(death)"
        )
        let id = try start(worker, "a.mp4").egressID
        await changes.ended(1)
        let info = try worker.info(of: id)
        #expect(info.status == .egressFailed && info.errorCode == 500 && info.endedAt > 0)
        #expect(info.error.contains(cause), "\(info.error)")
        #expect(info.details == "End reason: Failure")
        #expect(info.fileResults.map(\.size) == [10])
        #expect(changes.events(of: id) == ["egress_started EGRESS_STARTING", "egress_ended EGRESS_FAILED"])
        #expect(worker.jobCount == 0)
    }

    @Test("lets other jobs go on when one dies")
    func neighbours() async throws {
        let worker = try worker(
            "case \"$(dd bs=4096 count=1 <&3 2>/dev/null)\" in *dies*) kill -9 $$;; esac; \(Self.faithful)"
        )
        let living = try start(worker, "lives.mp4").egressID
        let dying = try start(worker, "dies.mp4").egressID
        await changes.ended(1)
        #expect(try worker.info(of: dying).status == .egressFailed)
        #expect(try worker.info(of: living).status == .egressStarting)
        #expect(worker.jobCount == 1)
        var active = Livekit_ListEgressRequest()
        active.active = true
        #expect(worker.list(active).map(\.egressID) == [living])
        await worker.shutDown(limit: .zero)
        await changes.ended(2)
    }

    @Test("refuses a path that leads out, one that is being written, and one job too many")
    func refusals() async throws {
        let worker = try worker(Self.faithful, maximumJobs: 2)
        let escape = #expect(throws: TwirpError.self) { try start(worker, "../x.mp4") }
        #expect(escape?.code == .invalidArgument)
        #expect(escape?.message.contains("filepath (\"../x.mp4\" leads out of the output folder") == true)
        #expect(throws: TwirpError.self) { try start(worker, "/etc/x.mp4") }
        _ = try start(worker, "a.mp4")
        let taken = #expect(throws: TwirpError.self) { try start(worker, worker.recordings + "/a.mp4") }
        #expect(taken?.code == .alreadyExists)
        _ = try start(worker, "b.mp4")
        #expect(#expect(throws: TwirpError.self) { try start(worker, "c.mp4") }?.code == .resourceExhausted)
        await worker.shutDown(limit: .zero)
        #expect(#expect(throws: TwirpError.self) { try start(worker, "d.mp4") }?.code == .unavailable)
        await changes.ended(2)
    }

    @Test("reports a program that cannot be started")
    func noProgram() async throws {
        let configuration = EgressWorkerConfiguration(
            executable: folder.path + "/nothing",
            url: "",
            apiKey: "",
            apiSecret: "",
            recordings: folder.path
        )
        let worker = try EgressWorker(configuration: configuration, logger: Logger(label: "test")) { [changes] in
            changes.add($0, $1)
        }
        let error = #expect(throws: TwirpError.self) { try start(worker, "a.mp4") }
        #expect(error?.code == .unavailable)
        await changes.ended(1)
        #expect(worker.jobCount == 0)
    }

    @Test(
        "lets a job rewrite its file in peace, whether it was stopped or the worker ends; one that hangs is killed",
        arguments: [true, false],
        [true, false]
    )
    func rewriting(isRewriting: Bool, isShutDown: Bool) async throws {
        // The message is sent before the script waits to be released: a fifo that somebody opens for writing.
        let gate = folder.path + "/gate"
        #expect(mkfifo(gate, 0o600) == 0)
        let says = isRewriting ? #"printf '\000\000\000\001\021' >&3; "# : ""
        let worker = try worker("\(says)touch \(folder.path)/said; read x < \(gate); exit 5", stopLimit: .zero)
        let id = try start(worker, "a.mp4").egressID
        while access(folder.path + "/said", F_OK) != 0 { await Task.yield() }
        if isRewriting { while !worker.isRewriting(id) { await Task.yield() } }
        if isShutDown {
            await worker.shutDown(limit: .zero)
        } else {
            _ = try worker.stop(id)
        }
        if isRewriting { try "x\n".write(toFile: gate, atomically: false, encoding: .utf8) }
        await changes.ended(1)
        #expect(try worker.info(of: id).error.contains(isRewriting ? "exit code 5" : "signal 9"))
    }

    @Test("knows what cannot be stopped")
    func stopping() async throws {
        let worker = try worker("exit 1")
        let id = try start(worker, "a.mp4").egressID
        await changes.ended(1)
        #expect(#expect(throws: TwirpError.self) { try worker.stop(id) }?.code == .failedPrecondition)
        #expect(#expect(throws: TwirpError.self) { try worker.stop("EG_none") }?.code == .notFound)
    }
}

@Suite("The egress service")
struct LocalEgressServiceTests {
    private func service() throws -> (LocalEgressService, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let configuration = EgressWorkerConfiguration(
            executable: "/bin/false",
            url: "",
            apiKey: "",
            apiSecret: "",
            recordings: folder.path
        )
        let worker = try EgressWorker(configuration: configuration, logger: Logger(label: "test"))
        return (LocalEgressService(worker: worker) { $0 == "standup" ? "RM_1" : nil }, folder)
    }

    @Test("records only rooms that exist")
    func unknownRoom() async throws {
        let (service, _) = try service()
        let error = await #expect(throws: TwirpError.self) {
            try await service.startRoomCompositeEgress(RecordingPlanTests.composite { $0.roomName = "nowhere" })
        }
        #expect(error == TwirpError(.notFound, "requested room does not exist"))
    }

    @Test("refuses by name what is not built")
    func unsupported() async throws {
        let (service, _) = try service()
        let error = await #expect(throws: TwirpError.self) { try await service.startWebEgress(.init()) }
        #expect(error == TwirpError(.unimplemented, "web egress is not yet supported"))
        let stream = await #expect(throws: TwirpError.self) { try await service.updateStream(.init()) }
        #expect(stream?.code == .notFound)
    }
}

/// What a worker has reported.
private final class Changes: Sendable {
    private let all = Mutex<[(id: String, text: String)]>([])
    private let ends = AsyncStream<Void>.makeStream()

    func add(_ info: Livekit_EgressInfo, _ event: EgressWorker.Event) {
        all.withLock { $0.append((info.egressID, "\(event.rawValue) \(info.status.name)")) }
        if event == .ended { ends.continuation.yield() }
    }

    func events(of id: String) -> [String] {
        all.withLock { $0.filter { $0.id == id }.map(\.text) }
    }

    /// Waits until this many egresses have ended in all.
    func ended(_ count: Int) async {
        func isDone() -> Bool { all.withLock { $0.count { $0.text.hasPrefix("egress_ended") } } >= count }
        guard !isDone() else { return }
        for await _ in ends.stream where isDone() { return }
    }
}
