import MediaWire
import Testing

@testable import Ingress

@Suite("Key frames come when they are needed, and not more often")
struct KeyFrameScheduleTests {
    private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: milliseconds * 1_000_000) }

    /// The milliseconds of the key frames of a layer of 20 pictures a second.
    private func keyFrames(seconds: Int64, requests: [Int64], resets: [Int64] = []) -> [Int64] {
        var schedule = KeyFrameSchedule()
        return stride(from: 0, to: seconds * 1_000, by: 50).filter { time in
            if requests.contains(time) { schedule.request() }
            if resets.contains(time) { schedule.reset() }
            guard schedule.isDue(at: at(time)) else { return false }
            schedule.made(at: at(time))
            return true
        }
    }

    @Test("The first picture is one, and one comes every ten seconds")
    func unasked() {
        #expect(keyFrames(seconds: 25, requests: []) == [0, 10_000, 20_000])
    }

    @Test("A request is met at once, or half a second after the last key frame; many are met together")
    func requests() {
        #expect(keyFrames(seconds: 4, requests: [2_000]) == [0, 2_000])
        #expect(keyFrames(seconds: 4, requests: [100, 200, 300]) == [0, 500])
        #expect(keyFrames(seconds: 3, requests: Array(stride(from: 0, to: 2_000, by: 50))).count == 5)
    }

    @Test("A layer that starts anew starts with one")
    func resets() {
        #expect(keyFrames(seconds: 2, requests: [], resets: [300]) == [0, 300])
    }
}
