import Foundation
import Media
import MediaWire
import TestKit
import Testing

@Suite("Segments of a stream")
struct SegmentMuxerTests {
    /// Writes four segments of a second each; returns their paths, sizes and the initialization segment.
    private func write(
        _ container: SegmentMuxer.Container,
        _ material: EncodedMaterial,
        to folder: TemporaryFolder
    ) throws -> (paths: [String], sizes: [Int64], initialization: [UInt8]?) {
        var paths = [folder.file("0")]
        var sizes: [Int64] = []
        var muxer = try SegmentMuxer(
            container: container,
            path: paths[0],
            video: material.video,
            audio: material.audio
        )
        for item in material.packets {
            let seconds = Double(item.packet.pts) / Double(item.packet.timescale)
            if item.kind == .video, item.packet.isKeyFrame, seconds > Double(paths.count) - 0.02 {
                paths.append(folder.file("\(paths.count)"))
                sizes.append(try muxer.cut(to: paths[paths.count - 1]))
            }
            try muxer.write(item.packet, to: item.kind)
        }
        sizes.append(try muxer.finish())
        return (paths, sizes, muxer.initialization)
    }

    @Test(
        "Each can be decoded by itself, begins with a key frame and says its own time",
        arguments: [SegmentMuxer.Container.mpegTS, .fragmentedMP4],
        [AudioEncoderConfiguration.Format.aac, nil]
    )
    func alone(container: SegmentMuxer.Container, audio: AudioEncoderConfiguration.Format?) throws {
        let folder = try TemporaryFolder()
        let material = try EncodedMaterial(video: .h264(.main), audio: audio, seconds: 4)
        let written = try write(container, material, to: folder)
        #expect(written.paths.count == 4)
        #expect((written.initialization == nil) == (container == .mpegTS))
        var all = Data(written.initialization ?? [])
        for (index, path) in written.paths.enumerated() {
            let content = try Data(contentsOf: URL(fileURLWithPath: path))
            #expect(Int64(content.count) == written.sizes[index])
            if container == .mpegTS {
                // A transport stream's packet of the table of programs (ISO/IEC 13818-1, 2.4.4.3).
                #expect(
                    content.prefix(2) == Data([0x47, content[1]]) && content[1] & 0x1F == 0 && content.count % 188 == 0
                )
            } else {
                #expect(content[4..<8] == Data("styp".utf8) && content[24..<28] == Data("moof".utf8))
            }
            let whole = folder.file("alone-\(index)")
            try (Data(written.initialization ?? []) + content).write(to: URL(fileURLWithPath: whole))
            let decoded = try DecodedMaterial(path: whole)
            #expect(decoded.startsWithKeyFrame == true)
            #expect(decoded.numbers == Array(index * 30..<index * 30 + 30))
            let start = try #require(decoded.pictures.first?.seconds)
            #expect(abs(start - Double(index) - Double(SegmentMuxer.shift)) < 0.001, "segment \(index) at \(start)")
            all += content
        }
        let joined = folder.file("joined")
        try all.write(to: URL(fileURLWithPath: joined))
        let decoded = try DecodedMaterial(path: joined)
        #expect(decoded.numbers == Array(0..<120))
        if audio != nil {
            #expect(decoded.offsets.count >= 3 && decoded.offsets.allSatisfy { abs($0) < 0.005 }, "\(decoded.offsets)")
        }
    }

    @Test("Continuity counters go on from segment to segment")
    func continuity() throws {
        let folder = try TemporaryFolder()
        let material = try EncodedMaterial(video: .h264(.main), audio: .aac, seconds: 4)
        let written = try write(.mpegTS, material, to: folder)
        var next: [Int: UInt8] = [:]
        for path in written.paths {
            let bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
            for packet in stride(from: 0, to: bytes.count, by: 188) {
                #expect(bytes[packet] == 0x47)
                let identifier = Int(bytes[packet + 1] & 0x1F) << 8 | Int(bytes[packet + 2])
                let (hasPayload, counter) = (bytes[packet + 3] & 0x10 != 0, bytes[packet + 3] & 15)
                guard hasPayload else { continue }
                if let expected = next[identifier] { #expect(counter == expected, "PID \(identifier)") }
                next[identifier] = (counter + 1) & 15
            }
        }
        #expect(
            next.count == 5,
            "tables of programs, of streams and of services, picture and sound: \(next.keys.sorted())"
        )
    }

    @Test("Sound alone is cut anywhere")
    func sound() throws {
        let folder = try TemporaryFolder()
        let material = try EncodedMaterial(video: nil, audio: .aac, seconds: 2)
        for container in [SegmentMuxer.Container.mpegTS, .fragmentedMP4] {
            var muxer = try SegmentMuxer(
                container: container,
                path: folder.file("a"),
                video: nil,
                audio: material.audio
            )
            let half = material.packets.count / 2
            for item in material.packets[..<half] { try muxer.write(item.packet, to: .audio) }
            #expect(try muxer.cut(to: folder.file("b")) > 1_000)
            for item in material.packets[half...] { try muxer.write(item.packet, to: .audio) }
            #expect(try muxer.finish() > 1_000)
            let parts =
                [Data(muxer.initialization ?? [])]
                + (try ["a", "b"].map { try Data(contentsOf: URL(fileURLWithPath: folder.file($0))) })
            try parts.reduce(Data(), +).write(to: URL(fileURLWithPath: folder.file("c")))
            let samples = try DecodedMaterial(path: folder.file("c")).samples.count
            #expect(abs(Double(samples) / 48_000 - 2) < 0.08, "\(samples)")
        }
    }

    @Test("A segment that cannot be created is an error")
    func noFolder() throws {
        let material = try EncodedMaterial(video: nil, audio: .aac, seconds: 0.1)
        let error = #expect(throws: MediaError.self) {
            _ = try SegmentMuxer(container: .mpegTS, path: "/none/a", video: nil, audio: material.audio)
        }
        #expect(error?.code == .io)
    }
}
