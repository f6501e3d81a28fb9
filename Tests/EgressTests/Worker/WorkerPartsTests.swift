import LiveKitProtocol
import Logging
import MediaWire
import Storage
import Testing

@testable import Egress

@Suite("What the worker reads from the system")
struct WorkerPartsTests {
    @Test("a process's usage, whatever its name is")
    func processes() throws {
        let stat =
            "42 (a) b (c) S 1 42 42 0 -1 4194560 100 0 0 0 150 50 0 0 20 0 1 0 9999 1000000 25 18446744073709551615"
        let entry = try #require(ProcessTable.entry(stat: stat))
        #expect(entry.start == 9999 && entry.seconds == 2 && entry.memory == 25 * 4096)
        #expect(ProcessTable.entry(stat: stat.replacing(" S ", with: " Z ")) == nil)
        #expect(ProcessTable.entry(stat: "42 (x) S") == nil)
    }

    @Test("the machine's busy time and the cores of a control group")
    func machine() throws {
        let time = try #require(ProcessTable.machineTime(stat: "cpu  10 0 10 70 10 0 0 0 0 0\ncpu0 1\n"))
        #expect(time.busy == 20 && time.total == 100)
        #expect(ProcessTable.machineTime(stat: "intr 5") == nil)
        #expect(ProcessTable.coreQuota("150000 100000\n") == 1.5)
        #expect(ProcessTable.coreQuota("max 100000\n") == nil)
    }

    @Test("cores out of processor time")
    func meter() {
        var meter = UsageMeter()
        let start = Instant(nanoseconds: 0)
        func entry(_ seconds: Double) -> ProcessTable.Entry { .init(seconds: seconds, memory: 7, start: 1) }
        let first = meter.usage(of: "a", entry(1), at: start)
        let second = meter.usage(of: "a", entry(2), at: start + .seconds(2))
        #expect(first == nil)
        #expect(second == .init(cores: 0.5, memory: 7))
        let loads = [meter.load((1, 10)), meter.load((6, 20))]
        #expect(loads == [0, 0.5])
    }

    @Test("lines out of bytes, however they come, and not without end")
    func lines() {
        var splitter = LineSplitter()
        #expect(splitter.append(Array("a\nb".utf8)[...]) == ["a"])
        #expect(splitter.append(Array("c\n\nd".utf8)[...]) == ["bc", ""])
        #expect(splitter.rest == "d")
        let long = splitter.append([UInt8](repeating: 120, count: 20_000)[...])
        #expect(long.map(\.utf8.count) == [8192, 8192])
    }

    @Test(
        "the level of a job's line",
        arguments: [
            (
                "2026-01-31T12:00:00+0000 warning sluice.egress-job: text here", Logger.Level.warning,
                "sluice.egress-job: text here"
            ),
            ("Fatal error: something", .info, "Fatal error: something"), ("", .info, ""),
            ("2026 loud x", .info, "2026 loud x"),
        ]
    )
    func levels(line: String, level: Logger.Level, text: String) {
        #expect(JobLogLine.parse(line) == (level, text))
    }

    @Test("which result an egress counts as")
    func results() {
        func result(_ status: Livekit_EgressStatus, _ code: Int32 = 0, verdict: JobFailure? = nil) -> String {
            var info = Livekit_EgressInfo()
            (info.status, info.errorCode) = (status, code)
            return WorkerMetrics.result(info, verdict: verdict, isSuperseded: false)
        }
        #expect(result(.egressComplete) == "completed" && result(.egressAborted) == "aborted")
        #expect(result(.egressFailed, 500) == "process_error" && result(.egressFailed, 503) == "failed")
        #expect(result(.egressFailed, 403, verdict: .cpuExhausted) == "killed_cpu")
        #expect(result(.egressFailed, 403, verdict: JobFailure(text: "OOM: 2 GB used", code: 403)) == "killed_oom")
        #expect(result(.egressFailed, 500, verdict: .frozen) == "process_error")
    }
}

@Suite("Claims of paths")
struct PathClaimsTests {
    private func claims(
        _ source: SourcePlan,
        _ kinds: [OutputPlan.Kind],
        storage: StorageConfiguration = .local
    ) throws -> Set<String> {
        let folder = try TemporaryFolder()
        let outputs = kinds.map { OutputPlan(kind: $0, video: nil, audio: nil, storage: storage) }
        let plan = EgressPlan(roomName: "room", source: source, outputs: outputs)
        let local = try LocalStorage(root: folder.path)
        let values = FileNameValues(roomID: "RM_1", roomName: "room", unixMilliseconds: 0)
        let claims = try PathClaims.claims(
            of: plan,
            values: values,
            storage: local,
            workFolder: local.root + "/.sluice"
        )
        return Set(claims.map { String($0.dropFirst(local.root.count + 1)) })
    }

    private let composite = SourcePlan.composite(layout: "", mixing: .middle)

    @Test("are made of what is known before a recording begins")
    func known() throws {
        #expect(try claims(composite, [.file(FilePlan(format: .mp4, path: "a/{room_name}"))]) == ["a/room.mp4"])
        #expect(
            try claims(composite, [.file(FilePlan(format: .mp4, path: ""))]) == ["room-1970-01-01T000000.mp4"]
        )
        #expect(try claims(.track("TR_1"), [.file(FilePlan(format: nil, path: ""))]).isEmpty)
        #expect(try claims(.track("TR_1"), [.file(FilePlan(format: nil, path: "x/{track_id}"))]).isEmpty)
        #expect(try claims(.track("TR_1"), [.file(FilePlan(format: .ogg, path: "x/y"))]) == ["x/y.ogg"])
    }

    @Test("are of no concern to stores and streams, and confined to the folder")
    func confined() throws {
        let file = OutputPlan.Kind.file(FilePlan(format: .mp4, path: "a"))
        #expect(try claims(composite, [file], storage: .s3(S3Configuration(bucket: "b"))).isEmpty)
        #expect(try claims(composite, [.webSocket(url: "ws://x")]).isEmpty)
        for path in ["../a", "/etc/a", ".sluice/NE_1/EG_1/job.json"] {
            #expect(throws: TwirpError.self) {
                try claims(composite, [.file(FilePlan(format: .mp4, path: path))])
            }
        }
    }
}
