import Media
import MediaWire
import TestKit
import Testing

@Suite("Deinterlacing")
struct DeinterlacerTests {
    private let pattern = TestPattern(id: 2, width: 320, height: 180)

    /// A picture whose even rows show one moment and whose odd rows the next.
    private func woven(_ top: VideoFrame, _ bottom: VideoFrame) -> VideoFrame {
        var buffer = VideoFrameBuffer(width: top.width, height: top.height)
        buffer.withMutablePlanes { target in
            for (source, rest) in [(top, 0), (bottom, 1)] {
                source.withPlanes { planes in
                    for (from, to) in [(planes.y, target.y), (planes.u, target.u), (planes.v, target.v)] {
                        for row in stride(from: rest, to: from.height, by: 2) {
                            (to.base + row * to.stride).update(from: from.base + row * from.stride, count: from.width)
                        }
                    }
                }
            }
        }
        return buffer.freeze()
    }

    private func deinterlaced(_ frame: VideoFrame, topFieldFirst: Bool) -> VideoFrame {
        var buffer = VideoFrameBuffer(width: frame.width, height: frame.height)
        buffer.withMutablePlanes { target in
            frame.withPlanes { Deinterlacer.deinterlace($0, topFieldFirst: topFieldFirst, into: target) }
        }
        return buffer.freeze()
    }

    private func similarity(_ a: VideoFrame, _ b: VideoFrame) -> Double {
        a.withPlanes { first in b.withPlanes { FrameProbe.structuralSimilarity(first, $0) } }
    }

    @Test("Of two moments woven together the first remains", arguments: [true, false])
    func motion(topFieldFirst: Bool) {
        let (first, second) = (pattern.frame(0), pattern.frame(6))
        let comb = topFieldFirst ? woven(first, second) : woven(second, first)
        let mended = deinterlaced(comb, topFieldFirst: topFieldFirst)
        #expect(similarity(comb, first) < 0.95)
        #expect(similarity(mended, first) > 0.97)
        #expect(similarity(mended, second) < similarity(mended, first) - 0.05)
        #expect(TestPattern.label(of: mended) == TestPattern.Label(id: 2, number: 0))
    }

    @Test("A still picture keeps its detail")
    func still() {
        let frame = pattern.frame(4)
        #expect(similarity(deinterlaced(woven(frame, frame), topFieldFirst: true), frame) > 0.985)
    }

    @Test("The smallest pictures are taken", arguments: [(2, 2), (16, 1), (1, 3)])
    func small(width: Int, height: Int) {
        var buffer = VideoFrameBuffer(width: width, height: height)
        buffer.withMutablePlanes { $0.fill(y: 77, u: 1, v: 2) }
        #expect(FrameProbe.meanLuma(deinterlaced(buffer.freeze(), topFieldFirst: false)) == 77)
    }
}
