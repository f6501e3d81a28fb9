import LiveKitProtocol
import Storage
import SwiftProtobuf
import Testing

@testable import Egress

@Suite("The results of a job")
struct JobResultsTests {
    private static let failure = JobFailure(text: "S3 upload failed: no", code: 400)

    private static func output(_ kind: OutputPlan.Kind) -> OutputPlan {
        OutputPlan(kind: kind, video: nil, audio: nil, storage: .local)
    }

    private static let file = output(.file(FilePlan(format: .mp4, path: "a")))
    private static let stream = output(.stream(StreamPlan(transport: .rtmp, urls: [])))

    @Test("stand in the info in the order of the outputs, and once more where older clients look for a single one")
    func single() {
        var results = JobResults([Self.file])
        #expect(results.take(.file(.with { $0.filename = "a.mp4" }), of: 0) == .changed)
        #expect(results.take(.manifest(location: "m.json"), of: 0) == .changed)
        #expect(results.take(.backupUsed, of: 0) == .changed)
        #expect(results.take(.note("n"), of: 0) == .changed)
        #expect(results.take(.note("n"), of: 0) == .none)
        var info = Livekit_EgressInfo()
        results.fill(&info)
        results.fill(&info)
        #expect(info.fileResults.map(\.filename) == ["a.mp4"] && info.file.filename == "a.mp4")
        #expect(info.manifestLocation == "m.json" && info.backupStorageUsed && info.details == "n")
        var two = JobResults([Self.stream, Self.file])
        _ = two.take(.file(.with { $0.filename = "a.mp4" }), of: 1)
        var both = Livekit_EgressInfo()
        two.fill(&both)
        #expect(both.fileResults.count == 1 && both.result == nil)
    }

    @Test("tell streams apart by URL and start")
    func streams() {
        func stream(_ url: String, _ start: Int64, _ status: Livekit_StreamInfo.Status) -> OutputReport {
            .stream(
                .with {
                    $0.url = url
                    $0.startedAt = start
                    $0.status = status
                }
            )
        }
        var results = JobResults([Self.stream])
        _ = results.take(stream("rtmp://a", 1, .active), of: 0)
        _ = results.take(stream("rtmp://b", 2, .active), of: 0)
        _ = results.take(stream("rtmp://a", 1, .failed), of: 0)
        _ = results.take(stream("rtmp://a", 3, .active), of: 0)
        var info = Livekit_EgressInfo()
        results.fill(&info)
        #expect(info.streamResults.map(\.status) == [.failed, .active, .active])
        #expect(info.stream.info.count == 3)
    }

    @Test("fail the egress with a file that is lost, and with a stream only if it was the last")
    func losses() {
        var results = JobResults([Self.stream, Self.file])
        #expect(results.take(.allStreamsEnded(Self.failure), of: 0) == .changed)
        #expect(results.take(.failed(Self.failure), of: 1) == .lost(Self.failure, isLast: true))
        #expect(results.take(.failed(Self.failure), of: 1) == .changed)
        var fileFirst = JobResults([Self.stream, Self.file])
        #expect(fileFirst.take(.failed(Self.failure), of: 1) == .lost(Self.failure, isLast: false))
        #expect(fileFirst.take(.allStreamsEnded(nil), of: 0) == .allStreamsStopped)
        var alone = JobResults([Self.stream])
        #expect(alone.take(.allStreamsEnded(nil), of: 0) == .allStreamsStopped)
        var withFile = JobResults([Self.stream, Self.file])
        #expect(withFile.take(.allStreamsEnded(nil), of: 0) == .changed)
    }

    @Test(
        "hear of another layout by the recorder's metadata",
        arguments: [
            (#"{"layout":"speaker"}"#, "speaker" as String?), (#"{"layout":""}"#, ""), (#"{"x":1}"#, nil), ("", nil),
            ("not json", nil), (#"{"layout":5}"#, nil),
        ]
    )
    func layout(metadata: String, layout: String?) {
        #expect(LayoutMetadata.layout(in: metadata) == layout)
    }
}
