import Foundation
import LiveKitProtocol
import Media
import MediaWire
import Storage
import TestKit
import Testing

@testable import Egress

@Suite("Images", .timeLimit(.minutes(2)))
struct ImagesOutputTests {
    private func record(
        _ plan: ImagesPlan,
        _ bench: OutputBench,
        storage: StorageConfiguration = .local,
        seconds: Int = 5
    ) async throws -> Livekit_ImagesInfo {
        let context = bench.context(isReal: storage == .local)
        let output = try OutputFactory.make(
            OutputPlan(kind: .images(plan), video: nil, audio: nil, storage: storage),
            context: context
        )
        try output.start(video: nil, audio: nil, origin: 1_700_000_000_000_000_000)
        let pattern = TestPattern(id: 2, width: 640, height: 360)
        for number in 0..<seconds * 10 { try output.show(pattern.frame(number), at: Double(number) / 10) }
        try output.finish(at: Double(seconds))
        await output.settle()
        return try #require(bench.reports.compactMap { if case .images(let info) = $0 { info } else { nil } }.last)
    }

    private func number(_ path: String, width: Int, height: Int) throws -> Int? {
        var demuxer = try Demuxer(path: path)
        let stream = demuxer.first(.video)
        let parameters = try #require(stream).parameters
        var decoder = try VideoDecoder(parameters: parameters)
        let next = try demuxer.next()
        let data = try #require(next).content.data
        let frames = try decoder.decode(data, pts: MediaTime(value: 0, timescale: 25)) + decoder.flush()
        let frame = try #require(frames.first)
        #expect(frame.width == width && frame.height == height)
        return TestPattern.label(of: frame)?.number
    }

    @Test("Images come at their interval, numbered, in the size that was asked for")
    func numbered() async throws {
        let bench = try OutputBench()
        let plan = ImagesPlan(interval: 2, width: 320, height: 180, filenamePrefix: "i/{room_name}", suffix: .index)
        let info = try await record(plan, bench)
        #expect(info.imageCount == 3 && info.filenamePrefix == "i/den")
        #expect(info.startedAt == 1_700_000_000_000_000_000 && info.endedAt == info.startedAt + 5_000_000_000)
        for index in 0..<3 {
            let path = "\(bench.recordings)/i/den_0000\(index).jpeg"
            #expect(try number(path, width: 320, height: 180) == index * 20)
        }
        let manifest = try Data(contentsOf: URL(fileURLWithPath: "\(bench.recordings)/i/EG_test.json"))
        let images = try #require(try JSONDecoder().decode(Manifest.self, from: manifest).images)
        #expect(images.map(\.timestamp) == [0, 2, 4].map { 1_700_000_000_000_000_000 + $0 * 1_000_000_000 })
        #expect(bench.failure == nil)
    }

    @Test("Named by time, in the picture's own size")
    func timed() async throws {
        let bench = try OutputBench()
        let plan = ImagesPlan(interval: 2, width: nil, height: nil, filenamePrefix: "a", suffix: .timestamp)
        _ = try await record(plan, bench)
        let path = "\(bench.recordings)/a_20231114221322000.jpeg"
        #expect(try number(path, width: 640, height: 360) == 20)
    }

    @Test("One image that is replaced each time")
    func replaced() async throws {
        let bench = try OutputBench()
        let plan = ImagesPlan(interval: 2, width: 64, height: nil, filenamePrefix: "a", suffix: .none)
        let info = try await record(plan, bench, storage: .bucket)
        #expect(info.imageCount == 3)
        #expect(Set(bench.store.order) == ["a.jpeg", "EG_test.json"] && bench.store.types["a.jpeg"] == "image/jpeg")
        let manifest = try JSONDecoder().decode(Manifest.self, from: Data(bench.store.objects["EG_test.json"] ?? []))
        #expect(manifest.images?.count == 1)
    }

    @Test("A missing side follows the picture's shape")
    func sizes() {
        let picture = TestPattern(id: 1, width: 640, height: 360).frame(0)
        let table: [(Int?, Int?, Int, Int)] = [
            (nil, nil, 640, 360), (320, nil, 320, 180), (nil, 180, 320, 180), (101, 51, 100, 50), (20, nil, 20, 16),
        ]
        for (width, height, wantedWidth, wantedHeight) in table {
            let size = ImagesOutput.size(width: width, height: height, of: picture)
            #expect(size == (wantedWidth, wantedHeight))
        }
    }
}
