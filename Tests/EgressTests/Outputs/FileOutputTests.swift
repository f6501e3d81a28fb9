import Foundation
import LiveKitProtocol
import Media
import MediaWire
import Storage
import TestKit
import Testing

@testable import Egress

@Suite("Files", .timeLimit(.minutes(2)))
struct FileOutputTests {
    /// A format and what goes into it.
    struct Case: Sendable {
        var format: FilePlan.Format?
        var video: VideoEncoderConfiguration.Format?
        var audio: AudioEncoderConfiguration.Format?
        /// The extension it gets.
        var name: String
    }

    static let cases: [Case] = [
        Case(format: .mp4, video: .h264(.main), audio: .aac, name: "mp4"),
        Case(format: .mp4, audio: .opus, name: "mp4"),
        Case(format: .ogg, audio: .opus, name: "ogg"),
        Case(format: .mp3, audio: .mp3, name: "mp3"),
        Case(format: .webm, video: .vp8, audio: .opus, name: "webm"),
        Case(format: .mkv, video: .h264(.main), audio: .opus, name: "mkv"),
        Case(video: .vp9, audio: .opus, name: "webm"),
        Case(video: .h264(.main), name: "mp4"),
        Case(audio: .opus, name: "ogg"),
    ]

    private func make(
        _ format: FilePlan.Format?,
        _ path: String,
        _ storage: StorageConfiguration,
        _ context: OutputContext,
        writesManifest: Bool = true
    ) throws(JobFailure) -> any RecordingOutput {
        let plan = FilePlan(format: format, path: path)
        return try OutputFactory.make(
            OutputPlan(kind: .file(plan), video: nil, audio: nil, storage: storage, writesManifest: writesManifest),
            context: context
        )
    }

    private func file(_ bench: OutputBench) -> Livekit_FileInfo? {
        bench.reports.reduce(nil) { if case .file(let info) = $1 { info } else { $0 } }
    }

    private func check(_ item: Case, _ path: String) throws {
        let decoded = try DecodedMedia(path: path)
        if item.video != nil { #expect(decoded.numbers == Array(0..<90)) }
        if item.audio != nil { #expect(abs(Double(decoded.samples.count) / 48_000 - 3) < 0.08) }
        if item.video != nil, item.audio != nil {
            #expect(decoded.offsets.count >= 2 && decoded.offsets.allSatisfy { abs($0) < 0.012 })
        }
    }

    @Test("A local file is whole, in its place and told of, and nothing is left behind", arguments: cases)
    func local(_ item: Case) async throws {
        let bench = try OutputBench()
        let output = try make(item.format, "a/{room_name}", .local, bench.context(isReal: true))
        try await RecordedMaterial(video: item.video, audio: item.audio).record(into: output)
        let path = "\(bench.recordings)/a/den.\(item.name)"
        try check(item, path)
        let info = try #require(file(bench))
        #expect(info.filename == "a/den.\(item.name)" && info.location == path)
        #expect(abs(info.duration - 3_000_000_000) < 80_000_000)
        #expect(info.startedAt == 1_700_000_000_000_000_000 && info.endedAt == info.startedAt + info.duration)
        #expect(info.size == Int64(try Data(contentsOf: URL(fileURLWithPath: path)).count))
        #expect(bench.failure == nil)
        let left = try FileManager.default.subpathsOfDirectory(atPath: bench.work).filter { $0.contains("file") }
        #expect(left.isEmpty)
        let manifest = try Data(contentsOf: URL(fileURLWithPath: "\(bench.recordings)/a/EG_test.json"))
        let read = try JSONDecoder().decode(Manifest.self, from: manifest)
        #expect(read.files == [Manifest.File(filename: info.filename, location: path)])
        #expect(read.roomName == "den" && read.startedAt == info.startedAt && read.endedAt == info.endedAt)
    }

    @Test("An uploaded file grows, and what arrives is the finished one", arguments: cases)
    func uploaded(_ item: Case) async throws {
        let bench = try OutputBench()
        let output = try make(item.format, "{room_name}", .bucket, bench.context())
        try await RecordedMaterial(video: item.video, audio: item.audio, seconds: 3).record(into: output)
        let object = try #require(bench.store.objects["den.\(item.name)"])
        let path = "\(bench.folder.path)/object"
        try Data(object).write(to: URL(fileURLWithPath: path))
        try check(item, path)
        let info = try #require(file(bench))
        #expect(info.location == "https://store/den.\(item.name)" && info.size == Int64(object.count))
        let length = try MediaProbe.summary(of: path).duration.inSeconds
        #expect(abs(length - 3) < 0.08)
        if item.name == "mp4" { #expect(object.contains(bytes: Array("mehd".utf8))) }
    }

    @Test("A growing file is announced in steps, and a long one arrives whole")
    func grows() async throws {
        let bench = try OutputBench()
        let output = try make(.mp4, "a", .bucket, bench.context())
        try await RecordedMaterial(video: .h264(.main), audio: .aac, seconds: 12).record(into: output)
        #expect(bench.store.grown.count >= 2 && bench.store.grown == bench.store.grown.sorted())
        let path = "\(bench.folder.path)/object"
        try Data(try #require(bench.store.objects["a.mp4"])).write(to: URL(fileURLWithPath: path))
        #expect(try DecodedMedia(path: path).numbers == Array(0..<360))
    }

    @Test("A path that leads out of the recordings is refused before anything is recorded")
    func outside() throws {
        let bench = try OutputBench()
        let failure = #expect(throws: JobFailure.self) {
            _ = try make(.mp4, "/etc/a", .local, bench.context(isReal: true))
        }
        #expect(failure?.code == 400 && failure?.text.contains("/etc/a") == true)
    }

    @Test("An upload that fails for good is the output's failure, in LiveKit's words")
    func refused() async throws {
        let bench = try OutputBench(store: FakeStore(isPrompt: false))
        let output = try make(.ogg, "a", .bucket, bench.context())
        let material = try RecordedMaterial(video: nil, audio: .opus, seconds: 1)
        async let recorded: Void = material.record(into: output)
        while !bench.store.answer(failing: .upload(store: "S3", reason: "no such bucket")) { await Task.yield() }
        try await recorded
        #expect(bench.failure == JobFailure(text: "S3 upload failed: no such bucket", code: 400))
    }

    @Test("Nothing recorded is a failure, not an empty file")
    func empty() async throws {
        let bench = try OutputBench()
        let output = try make(.mp4, "a", .local, bench.context(isReal: true))
        let audio = try AudioEncoder(AudioEncoderConfiguration(format: .aac)).parameters
        try output.start(video: nil, audio: audio, origin: 0)
        try? output.finish(at: 0)
        await output.settle()
        #expect(bench.failure?.code == 500)
        #expect(try FileManager.default.contentsOfDirectory(atPath: bench.recordings).isEmpty)
        // One that never began has nothing to fail.
        let other = try OutputBench()
        let unused = try make(.mp4, "b", .local, other.context(isReal: true))
        try unused.finish(at: 0)
        await unused.settle()
        #expect(other.failure == nil)
    }

    @Test("Outputs of one job share a manifest, written when the last is done; none if it is not wanted")
    func manifest() async throws {
        let bench = try OutputBench()
        let context = bench.context()
        let outputs = try [make(.ogg, "x/a", .bucket, context), make(.mkv, "x/b", .bucket, context)]
        let material = try RecordedMaterial(video: nil, audio: .opus, seconds: 1)
        try await material.record(into: outputs[0])
        #expect(bench.store.objects["x/EG_test.json"] == nil)
        try await material.record(into: outputs[1])
        let bytes = try #require(bench.store.objects["x/EG_test.json"])
        #expect(
            try JSONDecoder().decode(Manifest.self, from: Data(bytes)).files?.map(\.filename) == ["x/a.ogg", "x/b.mkv"]
        )
        #expect(
            bench.reports.contains {
                if case .manifest(let place) = $0 { place == "https://store/x/EG_test.json" } else { false }
            }
        )

        let quiet = try OutputBench()
        try await material.record(into: make(.ogg, "a", .bucket, quiet.context(), writesManifest: false))
        #expect(quiet.store.order == ["a.ogg"])

        let failedOver = try OutputBench()
        failedOver.store.backupWasUsed = true
        try await material.record(into: make(.ogg, "a", .bucket, failedOver.context(), writesManifest: false))
        #expect(failedOver.store.order == ["a.ogg", "EG_test.json"])
        #expect(failedOver.reports.filter { if case .backupUsed = $0 { true } else { false } }.count == 1)
    }
}

extension [UInt8] {
    fileprivate func contains(bytes: [UInt8]) -> Bool {
        indices.dropLast(bytes.count - 1).contains { self[$0..<$0 + bytes.count].elementsEqual(bytes) }
    }
}
