import MediaWire
import Testing

@testable import Egress

@Suite("The frame clock")
struct FrameClockTests {
    private let origin = Instant(nanoseconds: 1_000_000)

    @Test("does not drift: a frame's time is counted from the origin", arguments: [24, 25, 30, 60])
    func times(rate: Int) {
        let clock = FrameClock(origin: origin, rate: rate)
        #expect(clock.time(of: Int64(rate) * 3600) == origin + .seconds(3600))
        #expect(clock.due == origin + FrameClock.latency)
    }

    @Test("makes every frame while it is in time")
    func inTime() {
        var clock = FrameClock(origin: origin, rate: 30)
        for frame in 1...100 {
            clock.advance(at: clock.due + .milliseconds(250))
            #expect(clock.frame == Int64(frame))
        }
        #expect(clock.skipped == 0)
    }

    @Test("leaves frames out rather than fall behind further")
    func late() {
        var clock = FrameClock(origin: origin, rate: 30)
        var now = clock.due
        // Every frame takes 50 ms to make where 33 are to be had.
        for _ in 0..<1000 {
            now = max(now, clock.due) + .milliseconds(50)
            clock.advance(at: now)
            #expect(now - clock.due <= FrameClock.lagLimit)
        }
        #expect(clock.frame == 1000 + clock.skipped)
        #expect((clock.time - origin) >= .seconds(49))
    }
}
