import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("What waits for decoding is bounded")
struct InputQueueTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    private func sample(_ kind: MediaKind, _ number: Int64, isKeyFrame: Bool = false, size: Int = 10) -> InputQueue.Item
    {
        let data = [UInt8](repeating: 0, count: size)
        return .event(
            .sample(
                kind,
                EncodedPacket(
                    data: data,
                    pts: number,
                    dts: number,
                    duration: 0,
                    timescale: 1_000,
                    isKeyFrame: isKeyFrame
                )
            )
        )
    }

    /// What is in the queue: numbers of samples, `x` where pictures are missing.
    private func drain(_ queue: inout InputQueue) -> [String] {
        var content: [String] = []
        while let entry = queue.pop() {
            switch entry.item {
            case .event(.sample(let kind, let packet)): content.append("\(kind == .video ? "v" : "a")\(packet.dts)")
            case .picturesLost: content.append("x")
            default: content.append("?")
            }
        }
        return content
    }

    @Test("While decoding keeps up everything stays in order")
    func order() {
        var queue = InputQueue(isPaced: false)
        queue.push(sample(.video, 0, isKeyFrame: true), at: at(0))
        queue.push(sample(.audio, 1), at: at(1))
        queue.push(sample(.video, 2), at: at(1_000))
        #expect(drain(&queue) == ["v0", "a1", "v2"])
        #expect(queue.dropped == 0)
    }

    @Test("When a picture has waited a second, pictures go up to the newest key frame, sound stays")
    func late() {
        var queue = InputQueue(isPaced: false)
        queue.push(sample(.video, 0, isKeyFrame: true), at: at(0))
        queue.push(sample(.audio, 1), at: at(1))
        queue.push(sample(.video, 2), at: at(500))
        queue.push(sample(.video, 3, isKeyFrame: true), at: at(900))
        queue.push(sample(.video, 4), at: at(1_100))
        #expect(drain(&queue) == ["x", "a1", "v3", "v4"])
        #expect(queue.dropped == 2)
    }

    @Test("Without a newer key frame pictures are left out until one comes")
    func lateWithoutKeyFrame() {
        var queue = InputQueue(isPaced: false)
        queue.push(sample(.video, 0, isKeyFrame: true), at: at(0))
        _ = queue.pop()
        for number in 1...3 as ClosedRange<Int64> { queue.push(sample(.video, number), at: at(number * 600)) }
        queue.push(sample(.audio, 4), at: at(1_900))
        queue.push(sample(.video, 5), at: at(1_950))
        queue.push(sample(.video, 6, isKeyFrame: true), at: at(2_000))
        queue.push(sample(.video, 7), at: at(2_040))
        #expect(drain(&queue) == ["x", "a4", "v6", "v7"])
    }

    @Test("Bytes are bounded for a source that cannot wait")
    func bytes() {
        var queue = InputQueue(isPaced: false)
        for number in 0..<40 as Range<Int64> {
            queue.push(sample(.audio, number, size: 1 << 20), at: at(number))
        }
        #expect(queue.count < 20)
        queue.push(sample(.video, 100, isKeyFrame: true), at: at(50))
        #expect(drain(&queue).last == "v100")
    }

    @Test("A source that can wait is told to, and loses nothing")
    func paced() {
        var queue = InputQueue(isPaced: true)
        var pushed: Int64 = 0
        while !queue.isFull {
            queue.push(sample(.video, pushed, isKeyFrame: pushed == 0), at: at(pushed * 1_000))
            pushed += 1
        }
        #expect(pushed == Int64(InputQueue.mostEntries))
        #expect(drain(&queue).count == InputQueue.mostEntries)
        #expect(!queue.isFull)
    }
}
