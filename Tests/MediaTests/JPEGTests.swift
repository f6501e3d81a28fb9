import Foundation
import MediaWire
import TestKit
import Testing

@testable import Media

@Suite("JPEG images")
struct JPEGTests {
    private func decode(_ bytes: [UInt8], in folder: TemporaryFolder) throws -> VideoFrame {
        let path = folder.file("a.jpeg")
        try Data(bytes).write(to: URL(fileURLWithPath: path))
        var demuxer = try Demuxer(path: path)
        let found = demuxer.first(.video)
        let stream = try #require(found)
        #expect(stream.parameters.codecName == "mjpeg")
        var decoder = try VideoDecoder(parameters: stream.parameters)
        let next = try demuxer.next()
        let packet = try #require(next)
        let frames = try decoder.decode(packet.content.data, pts: MediaTime(value: 0, timescale: 25)) + decoder.flush()
        return try #require(frames.first)
    }

    @Test(
        "A picture is scaled, keeps its shape and decodes",
        arguments: [(640, 360), (320, 180), (1_920, 1_080), (400, 400), (200, 400), (100, 60)]
    )
    func sizes(width: Int, height: Int) throws {
        let folder = try TemporaryFolder()
        let picture = TestPattern(id: 3, width: 640, height: 360).frame(77)
        var encoder = try JPEGEncoder(width: width, height: height)
        let bytes = try encoder.encode(JPEGEncoder.prepare(picture, width: width, height: height))
        let frame = try decode(bytes, in: folder)
        #expect(frame.width == width && frame.height == height)
        #expect(frame.color.isFullRange)
        let area = JPEGEncoder.area(of: (640, 360), in: (width, height))
        #expect(abs(Double(area.width) / Double(area.height) - 16 / 9) < 0.1)
        #expect(area.width == width || area.height == height)
        let place = FrameArea(
            x: Double(area.x),
            y: Double(area.y),
            width: Double(area.width),
            height: Double(area.height)
        )
        let label = frame.withPlanes { TestPattern.label(in: $0, area: place) }
        #expect(label == TestPattern.Label(id: 3, number: 77))
        if area.y > 4 {
            let border = frame.withPlanes { planes in
                FrameProbe.meanLuma(
                    planes,
                    area: FrameArea(x: 0, y: 0, width: Double(width), height: Double(area.y - 2))
                )
            }
            #expect((border ?? 99) < 3)
        }
    }

    @Test("Black and white are as JPEG has them, and one encoder makes many images")
    func range() throws {
        let folder = try TemporaryFolder()
        var encoder = try JPEGEncoder(width: 64, height: 64)
        for (luma, wanted) in [(16, 0.0), (235, 255.0), (126, 128.0)] {
            var buffer = VideoFrameBuffer(width: 64, height: 64)
            buffer.withMutablePlanes { $0.fill(y: UInt8(luma), u: 128, v: 128) }
            let prepared = JPEGEncoder.prepare(buffer.freeze(), width: 64, height: 64)
            let frame = try decode(try encoder.encode(prepared), in: folder)
            #expect(abs(FrameProbe.meanLuma(frame) - wanted) < 2)
        }
    }

    @Test("A size no image has is refused", arguments: [(0, 10), (15, 100), (100, 8_193), (-4, -4)])
    func refused(width: Int, height: Int) {
        let error = #expect(throws: MediaError.self) { _ = try JPEGEncoder(width: width, height: height) }
        #expect(error?.code == .invalidConfiguration)
    }
}
