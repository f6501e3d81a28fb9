import Foundation
import LiveKitProtocol
import Media
import MediaWire
import Storage
import TestKit
import Testing

@testable import Egress

@Suite("Segments", .timeLimit(.minutes(2)))
struct SegmentsOutputTests {
    private func make(
        _ container: SegmentsPlan.Container,
        duration: Double = 2,
        suffix: SegmentsPlan.Suffix = .index,
        storage: StorageConfiguration = .local,
        _ context: OutputContext
    ) throws -> any RecordingOutput {
        let plan = SegmentsPlan(
            container: container,
            filenamePrefix: "hls/part",
            playlistName: "hls/all.m3u8",
            livePlaylistName: "hls/live.m3u8",
            duration: duration,
            suffix: suffix,
            liveWindow: 3
        )
        return try OutputFactory.make(
            OutputPlan(kind: .segments(plan), video: nil, audio: nil, storage: storage),
            context: context
        )
    }

    private func lines(_ path: String) throws -> [String] {
        try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n").map(String.init)
    }

    private func durations(_ lines: [String]) -> [Double] {
        lines.filter { $0.hasPrefix("#EXTINF:") }.compactMap { Double($0.dropFirst(8).dropLast()) }
    }

    @Test(
        "A recording is cut at key frames and plays from its playlists",
        arguments: [SegmentsPlan.Container.mpegTS, .fragmentedMP4]
    )
    func pictures(container: SegmentsPlan.Container) async throws {
        let bench = try OutputBench()
        let output = try make(container, bench.context(isReal: true))
        let material = try RecordedMaterial(video: .h264(.main), audio: .aac, seconds: 9, keyFrameInterval: 2)
        try await material.record(into: output)
        #expect(bench.failure == nil)
        let folder = "\(bench.recordings)/hls"
        let all = try lines("\(folder)/all.m3u8")
        let found = durations(all)
        #expect(found.count == 5)
        for (duration, wanted) in zip(found, [2, 2, 2, 2, 1.0]) { #expect(abs(duration - wanted) < 0.034) }
        #expect(all.last == "#EXT-X-ENDLIST")
        let names = all.filter { !$0.hasPrefix("#") }
        let ending = container == .mpegTS ? "ts" : "m4s"
        #expect(names == (0..<5).map { "part_0000\($0).\(ending)" })
        let start =
            container == .mpegTS ? Data() : try Data(contentsOf: URL(fileURLWithPath: "\(folder)/part_init.mp4"))
        for (index, name) in names.enumerated() {
            let whole = "\(bench.folder.path)/whole"
            let content = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(name)"))
            try (start + content).write(to: URL(fileURLWithPath: whole))
            let decoded = try DecodedMedia(path: whole)
            #expect(decoded.startsWithKeyFrame == true)
            #expect(decoded.numbers == Array(index * 60..<min(270, index * 60 + 60)))
        }
        // FFmpeg's own reader of playlists agrees.
        let said = try SystemProgram.run(
            "ffprobe",
            [
                "-v", "error", "-count_frames", "-show_entries", "stream=nb_read_frames,codec_name", "-of", "csv=p=0",
                "\(folder)/all.m3u8",
            ]
        )
        #expect(said.contains("h264,270") && said.contains("aac,"), "\(said)")
        let live = try lines("\(folder)/live.m3u8")
        #expect(durations(live).count == 3 || durations(live).count == 4)
        #expect(live.last == "#EXT-X-ENDLIST" && live.contains { $0.hasPrefix("#EXT-X-MEDIA-SEQUENCE:") })
        let info = try #require(
            bench.reports.compactMap { if case .segments(let info) = $0 { info } else { nil } }.last
        )
        #expect(
            info.segmentCount == 5 && info.playlistName == "hls/all.m3u8" && info.livePlaylistName == "hls/live.m3u8"
        )
        #expect(info.playlistLocation == "\(folder)/all.m3u8" && info.livePlaylistLocation == "\(folder)/live.m3u8")
        #expect(abs(info.duration - 9_000_000_000) < 34_000_000 && info.size > 10_000)
        #expect(info.startedAt == 1_700_000_000_000_000_000 && info.endedAt == info.startedAt + info.duration)
        let manifest = try Data(contentsOf: URL(fileURLWithPath: "\(folder)/EG_test.json"))
        #expect(try JSONDecoder().decode(Manifest.self, from: manifest).playlists?.first?.segments.count == 5)
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: bench.work).filter { $0.contains("segment") }.isEmpty
        )
    }

    @Test("Sound alone, named by the time", arguments: [SegmentsPlan.Container.mpegTS, .fragmentedMP4])
    func sound(container: SegmentsPlan.Container) async throws {
        let bench = try OutputBench()
        let output = try make(container, suffix: .timestamp, bench.context(isReal: true))
        try await RecordedMaterial(video: nil, audio: .aac, seconds: 5).record(into: output)
        let all = try lines("\(bench.recordings)/hls/all.m3u8")
        for (duration, wanted) in zip(durations(all), [2, 2, 1.0]) { #expect(abs(duration - wanted) < 0.06) }
        #expect(durations(all).count == 3)
        let names = all.filter { !$0.hasPrefix("#") }
        #expect(names.count == 3 && names.allSatisfy { $0.hasPrefix("part_20231114221") })
        #expect(Set(names).count == 3)
    }

    @Test("To a remote storage segments go before the playlist that names them")
    func remote() async throws {
        let bench = try OutputBench()
        let output = try make(.fragmentedMP4, storage: .bucket, bench.context())
        try await RecordedMaterial(video: .h264(.main), audio: .aac, seconds: 5, keyFrameInterval: 2).record(
            into: output
        )
        #expect(bench.store.order.first == "hls/part_init.mp4")
        #expect(bench.store.order.last == "hls/EG_test.json")
        #expect(bench.store.types["hls/part_00000.m4s"] == "video/iso.segment")
        #expect(bench.store.text("hls/all.m3u8")?.hasSuffix("part_00002.m4s\n#EXT-X-ENDLIST\n") == true)
    }

    @Test("A segment without a key frame in time is longer, and said to be")
    func late() async throws {
        let bench = try OutputBench()
        let output = try make(.mpegTS, bench.context(isReal: true))
        try await RecordedMaterial(video: .h264(.main), audio: nil, seconds: 9, keyFrameInterval: 4).record(
            into: output
        )
        #expect(durations(try lines("\(bench.recordings)/hls/all.m3u8")).first == 4)
        #expect(bench.reports.filter { if case .note = $0 { true } else { false } }.count == 1)
    }

    @Test("Playlists in different folders are refused")
    func folders() throws {
        let bench = try OutputBench()
        let plan = SegmentsPlan(
            filenamePrefix: "a/x",
            playlistName: "a/y",
            livePlaylistName: "b/z",
            duration: 2,
            suffix: .index
        )
        let failure = #expect(throws: JobFailure.self) {
            _ = try OutputFactory.make(
                OutputPlan(kind: .segments(plan), video: nil, audio: nil, storage: .local),
                context: bench.context()
            )
        }
        #expect(failure?.code == 400)
    }
}
