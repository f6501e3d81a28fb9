import Foundation
import Media
import MediaWire
import RoomClient
import TestKit
import Testing

@testable import Ingress

@Suite("Sources that are not what screens show")
struct InterlacedTests {
    /// A moving picture in 50 fields a second, 4:3 samples, in the form in which containers have H.264.
    private func interlaced() throws -> (track: InputTrack, packets: [EncodedPacket]) {
        let path = FileManager.default.temporaryDirectory.appending(path: "interlaced-\(UUID().uuidString).mp4").path()
        defer { try? FileManager.default.removeItem(atPath: path) }
        let filter = "tinterlace=interleave_top,fieldorder=tff,setsar=4/3"
        try SystemProgram.run(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "testsrc2=s=320x180:r=50:d=1", "-vf", filter]
                + ["-c:v", "libx264", "-preset", "veryfast", "-flags", "+ilme+ildct", "-x264opts", "tff=1"]
                + ["-pix_fmt", "yuv420p", "-y", path]
        )
        var demuxer = try Demuxer(path: path)
        let first = demuxer.first(.video)
        let stream = try #require(first)
        var packets: [EncodedPacket] = []
        while let packet = try demuxer.next() { packets.append(packet.content) }
        return (InputTrack(format: .h264, header: stream.parameters.extradata), packets)
    }

    /// How much rows differ from what is between their neighbours.
    private func combing(_ frame: VideoFrame) -> Double {
        frame.withPlanes { planes in
            var sum = 0
            for row in 1..<planes.height - 1 {
                let (above, own, below) = (planes.y.row(row - 1), planes.y.row(row), planes.y.row(row + 1))
                for column in 0..<planes.width {
                    sum += abs(2 * Int(own[column]) - Int(above[column]) - Int(below[column]))
                }
            }
            return Double(sum) / Double(planes.width * (planes.height - 2))
        }
    }

    @Test("Interlaced pictures lose their combs")
    func combs() throws {
        let (track, packets) = try interlaced()
        var decoder = try VideoDecoder(parameters: StreamParameters(track.streamDescription))
        var line = VideoLine(framesPerSecond: 30)
        let rest = try line.open(track)
        #expect(rest.isEmpty)
        var (before, after): ([VideoFrame], [VideoFrame]) = ([], [])
        for packet in packets {
            let time = MediaTime(value: packet.pts, timescale: packet.timescale)
            let pts = time.rescaled(to: InputTrack.timescale)
            before += try decoder.decode(packet.data, pts: pts)
            after += try line.decode(packet, at: Instant(nanoseconds: pts.value)).map(\.frame)
        }
        #expect(before.count > 20 && after.count == before.count)
        #expect(before.allSatisfy { $0.isInterlaced && $0.isTopFieldFirst && $0.sampleAspect == (4, 3) })
        #expect(after.allSatisfy { !$0.isInterlaced })
        let (combed, mended) = (before.map(combing).reduce(0, +), after.map(combing).reduce(0, +))
        #expect(mended < combed * 0.8, "\(mended) of \(combed)")
    }

    @Test("Samples that are not square are made so, without enlarging anything")
    func aspect() throws {
        let (track, packets) = try interlaced()
        let bench = try SessionBench(layers: [.large])
        bench.receive(.track(track), at: .zero)
        for packet in packets {
            let time = MediaTime(value: max(0, packet.dts), timescale: packet.timescale)
            bench.receive(.sample(.video, packet), at: .nanoseconds(time.nanoseconds))
        }
        let published = try #require(bench.video)
        let sizes = try DecodedLayer(published.frames("q")).sizes
        // 320 × 180 with samples of 4:3 is 320 × 135.
        #expect(published.description.layers.map { "\($0.width)×\($0.height)" } == ["320×134"])
        #expect(sizes == ["320×134"])
        #expect(bench.transcoder.report(at: bench.now).video?.height == 180)
    }
}
