import LiveKitProtocol
import Storage
import Testing

@testable import Egress

@Suite("What the worker counts")
struct WorkerPartsTests {
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
