import MediaWire
import Synchronization
import Testing

@testable import Media

@Suite("Log of the codec libraries")
struct MediaLogTests {
    @Test("No more than the limit passes in a second and the rest is counted")
    func budget() {
        var budget = LogBudget(limit: 2)
        let start = ContinuousClock.now
        #expect(budget.admit(at: start) == 0)
        #expect(budget.admit(at: start + .milliseconds(10)) == 0)
        #expect(budget.admit(at: start + .milliseconds(20)) == nil)
        #expect(budget.admit(at: start + .milliseconds(900)) == nil)
        #expect(budget.admit(at: start + .milliseconds(1_000)) == 2)
        #expect(budget.admit(at: start + .milliseconds(1_001)) == 0)
    }

    @Test("A decoder's complaint reaches the handler")
    func handler() throws {
        let messages = Mutex<[String]>([])
        MediaLog.install { _, text in messages.withLock { $0.append(text) } }
        var decoder = try VideoDecoder(codec: .h264)
        for byte in UInt8(0)..<8 {
            _ = try? decoder.decode([0, 0, 0, 1, 0x65, byte, 1, 2, 3], pts: MediaTime(value: 0, timescale: 90_000))
        }
        #expect(messages.withLock { $0.contains { $0.contains("h264") } })
    }
}
