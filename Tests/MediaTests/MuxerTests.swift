import Foundation
import Media
import MediaWire
import TestKit
import Testing

@Suite("Files")
struct MuxerTests {
    static let fragmented = MuxerFormat.fragmentedMP4(fragmentDuration: .milliseconds(500))

    @Test("A recording is read back with every frame, in step", arguments: [fragmented, .mp4], [48_000, 44_100])
    func readBack(format: MuxerFormat, sampleRate: Int) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a: odd name.mp4")
        var recording = Recording(sampleRate: sampleRate)
        try recording.write(to: path, format: format)
        let decoded = try DecodedRecording(path: path)
        #expect(decoded.labels == (0..<90).map { TestPattern.Label(id: 4, number: $0) })
        #expect(abs((decoded.pictures.first?.seconds ?? -1)) < 0.001)
        #expect(decoded.offsets.count == 2)
        #expect(decoded.offsets.allSatisfy { abs($0) < 0.005 })
        let summary = try MediaProbe.summary(of: path)
        #expect(abs(summary.duration.inSeconds - 3) < 0.03)
        #expect(summary.video == .init(codec: "h264", width: 320, height: 180, frameRate: 30))
        #expect(summary.audio == .init(codec: "aac", sampleRate: sampleRate, channels: 2))
    }

    @Test("Remuxing keeps everything, puts the index first and ffprobe agrees", arguments: [48_000, 44_100])
    func remux(sampleRate: Int) throws {
        let folder = try TemporaryFolder()
        let (source, target) = (folder.file("a.part.mp4"), folder.file("a.mp4"))
        var recording = Recording(sampleRate: sampleRate)
        try recording.write(to: source, format: Self.fragmented)
        let summary = try Remuxer.faststart(from: source, to: target)
        #expect(summary.size == Int64(try Data(contentsOf: URL(fileURLWithPath: target)).count))
        let decoded = try DecodedRecording(path: target)
        #expect(decoded.labels == (0..<90).map { TestPattern.Label(id: 4, number: $0) })
        #expect(decoded.offsets.count == 2)
        #expect(decoded.offsets.allSatisfy { abs($0) < 0.005 })
        let boxes = try boxes(of: target)
        #expect(boxes.firstIndex(of: "moov") ?? 99 < boxes.firstIndex(of: "mdat") ?? -1)
        #expect(!boxes.contains("moof"))
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.mp4", "a.part.mp4"])

        let lines = try SystemProgram.run(
            "ffprobe",
            [
                "-v", "error", "-count_frames", "-show_entries",
                "stream=codec_name,profile,width,height,r_frame_rate,nb_read_frames,start_time,color_space,color_range",
                "-show_entries", "format=duration", "-of", "default=nw=1", target,
            ]
        ).split(separator: "\n").map(String.init)
        for wanted in [
            "codec_name=h264", "profile=Main", "width=320", "height=180", "r_frame_rate=30/1", "nb_read_frames=90",
            "codec_name=aac", "color_space=smpte170m", "color_range=tv",
        ] { #expect(lines.contains(wanted), "\(wanted) in \(lines)") }
        #expect(lines.filter { $0 == "start_time=0.000000" }.count == 2)
        let duration = lines.first { $0.hasPrefix("duration=") }.flatMap { Double($0.dropFirst(9)) }
        #expect(abs((duration ?? 0) - 3) < 0.03)
    }

    @Test("A fragment is on disk as soon as it is complete")
    func fragmentsAreFlushed() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mp4")
        var recording = Recording(seconds: 4)
        try recording.write(to: path, format: Self.fragmented, isFinished: false)
        let growth = Set(recording.sizes).count
        #expect(growth >= 6, "every half second of four, but for the encoder's delay: \(growth)")
        #expect(recording.sizes.last == Int64(try Data(contentsOf: URL(fileURLWithPath: path)).count))
    }

    @Test("What a killed writer leaves is salvaged up to its last fragment", arguments: [0, 1, 1_000, 5_000])
    func salvage(cut: Int) throws {
        let folder = try TemporaryFolder()
        let (source, target) = (folder.file("a.part"), folder.file("a.mp4"))
        var recording = Recording(seconds: 4)
        try recording.write(to: source, format: Self.fragmented, isFinished: false)
        let whole = try Data(contentsOf: URL(fileURLWithPath: source))
        try whole.dropLast(cut).write(to: URL(fileURLWithPath: source))
        let summary = try Remuxer.faststart(from: source, to: target)
        // Four seconds less the encoder's look-ahead, less one or two fragments.
        #expect(summary.duration.inSeconds > (cut < 5_000 ? 2.4 : 1.9))
        let decoded = try DecodedRecording(path: target)
        #expect(decoded.labels == (0..<decoded.labels.count).map { TestPattern.Label(id: 4, number: $0) })
        #expect(decoded.labels.count >= (cut < 5_000 ? 72 : 57))
        #expect(decoded.offsets.allSatisfy { abs($0) < 0.005 } && !decoded.offsets.isEmpty)
    }

    @Test("A file may be remuxed onto itself")
    func remuxInPlace() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mp4")
        var recording = Recording(seconds: 1)
        try recording.write(to: path, format: Self.fragmented)
        _ = try Remuxer.faststart(from: path, to: path)
        #expect(try !boxes(of: path).contains("moof"))
        #expect(try DecodedRecording(path: path).labels.count == 30)
    }

    @Test("A file without a whole fragment is told apart and the target stays as it was")
    func nothingToSalvage() throws {
        let folder = try TemporaryFolder()
        let (source, target) = (folder.file("a.part"), folder.file("a.mp4"))
        var recording = Recording(seconds: 1)
        try recording.write(to: source, format: Self.fragmented)
        let whole = try Data(contentsOf: URL(fileURLWithPath: source))
        try Data("before".utf8).write(to: URL(fileURLWithPath: target))
        for length in [0, 7, 40, 900] {
            try whole.prefix(length).write(to: URL(fileURLWithPath: source))
            let error = #expect(throws: MediaError.self) { try Remuxer.faststart(from: source, to: target) }
            #expect(error?.code == .noMedia)
        }
        let missing = #expect(throws: MediaError.self) { try Remuxer.faststart(from: folder.file("none"), to: target) }
        #expect(missing?.code == .io)
        #expect(try String(contentsOfFile: target, encoding: .utf8) == "before")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["a.mp4", "a.part"])
    }

    @Test("A folder that is not there and times that do not rise are errors")
    func refusals() throws {
        let folder = try TemporaryFolder()
        let audio = try AudioEncoder(AudioEncoderConfiguration(format: .aac))
        let error = #expect(throws: MediaError.self) {
            _ = try Muxer(path: folder.file("no/a.mp4"), format: .mp4, video: nil, audio: audio.parameters)
        }
        #expect(error?.code == .io && error?.message.contains("no/a.mp4") == true)
        var muxer = try Muxer(
            path: folder.file("a.mp4"),
            format: Self.fragmented,
            video: nil,
            audio: audio.parameters
        )
        let packet = EncodedPacket(data: [1, 2, 3], pts: 5, dts: 5, duration: 1, timescale: 48_000, isKeyFrame: true)
        try muxer.write(packet, to: .audio)
        #expect(throws: MediaError.self) { try muxer.write(packet, to: .audio) }
        #expect(throws: MediaError.self) { try muxer.write(packet, to: .video) }
        #expect(throws: MediaError.self) {
            _ = try Muxer(path: folder.file("b.mp4"), format: .mp4, video: nil, audio: nil)
        }
    }

    @Test("A full disk is an error, not a silent loss")
    func fullDisk() throws {
        guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
        var recording = Recording(seconds: 2)
        let error = #expect(throws: MediaError.self) { try recording.write(to: "/dev/full", format: Self.fragmented) }
        #expect(error?.code == .io)
    }

    @Test("A file is read again from its start")
    func rewind() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mp4")
        var recording = Recording(seconds: 1)
        try recording.write(to: path, format: .mp4)
        var demuxer = try Demuxer(path: path)
        let first = try demuxer.next()
        while try demuxer.next() != nil {}
        try demuxer.rewind()
        let again = try demuxer.next()
        #expect(first != nil && first?.content == again?.content)
    }

    @Test("What is no media file is refused by name")
    func noMedia() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.txt")
        try Data("Nothing to see here.".utf8).write(to: URL(fileURLWithPath: path))
        let error = #expect(throws: MediaError.self) { _ = try MediaProbe.summary(of: path) }
        #expect(error?.message.contains("a.txt") == true)
    }

    private func boxes(of path: String) throws -> [String] {
        let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
        var names: [String] = []
        var offset = 0
        while offset + 8 <= bytes.count {
            let length = bytes[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
            names.append(String(decoding: bytes[offset + 4..<offset + 8], as: UTF8.self))
            guard length >= 8 else { break }
            offset += length
        }
        return names
    }
}
