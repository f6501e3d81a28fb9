import Media
import MediaWire
import Scene
import TestKit
import Testing

@testable import Egress

@Suite("The encoding of a recording's picture")
struct VideoEncodingTests {
    private func plan(interval: Double?) -> VideoPlan {
        var plan = VideoPlan(profile: .main, width: 320, height: 180, framerate: 30, bitrate: 300)
        plan.keyFrameInterval = interval
        return plan
    }

    /// Encodes frames of these numbers; before each, `change` may ask for something.
    private func encode(
        _ numbers: [Int64],
        interval: Double? = nil,
        change: (Int, VideoEncoding) -> Void
    ) throws -> [EncodedPacket] {
        let plan = plan(interval: interval)
        let maker = PictureMaker(size: plan.size, history: SceneHistory(), inputs: RecorderInputs())
        let encoding = try VideoEncoding(plan, maker: maker, rate: 30)
        let pattern = TestPattern(id: 1, width: 320, height: 180)
        var packets: [EncodedPacket] = []
        for (index, number) in numbers.enumerated() {
            change(index, encoding)
            packets += try encoding.encode(pattern.frame(Int(number), isFlashing: false), frame: number)
        }
        return packets + (try encoding.flush())
    }

    @Test(
        "has times that every container takes, however early and often its encoder begins anew",
        arguments: 0...6,
        [Int64(1), 9]
    )
    func timesOfChanges(first: Int, gap: Int64) throws {
        // From the change on, frames are left out now and then.
        let numbers = (0..<60).map { Int64($0) + ($0 > first ? Int64($0 / 3) * gap : 0) }
        let packets = try encode(numbers) { index, encoding in
            if index == first { _ = encoding.addThreads(limit: 8) }
            if index == first + 1 { encoding.use(preset: "superfast") }
            if index == first + 3 { _ = encoding.addThreads(limit: 8) }
            if index == first + 5 { encoding.use(preset: "veryfast") }
        }
        #expect(packets.map(\.pts).sorted() == numbers)
        #expect(zip(packets.dropFirst(), packets).allSatisfy { $0.dts > $1.dts })
        #expect(packets.allSatisfy { $0.dts <= $0.pts }, "\(packets.map { ($0.dts, $0.pts) })")
        #expect(packets.filter(\.isKeyFrame).count >= 2)
    }

    @Test("begins anew only where a key frame may stand, if key frames have their places")
    func places() throws {
        let packets = try encode(Array(0..<150), interval: 2) { index, encoding in
            if index == 20 { encoding.use(preset: "superfast") }
            if index == 70 { _ = encoding.addThreads(limit: 2) }
        }
        #expect(packets.filter(\.isKeyFrame).map(\.pts) == [0, 60, 120])
    }
}
