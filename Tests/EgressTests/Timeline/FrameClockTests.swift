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

    @Test("leaves single frames out rather than fall behind further")
    func late() {
        var clock = FrameClock(origin: origin, rate: 30)
        var now = clock.due
        // Every frame takes 50 ms to make where 33 are to be had.
        for _ in 0..<1000 {
            now = max(now, clock.due) + .milliseconds(50)
            let before = clock.frame
            clock.advance(at: now)
            #expect(clock.frame - before <= 2)
            #expect(now - clock.due <= FrameClock.lagLimit)
        }
        #expect(clock.frame == 1000 + clock.skipped)
        #expect((clock.time - origin) >= .seconds(49))
    }

    @Test("never leaves out a frame where an output is cut", arguments: [[Int64(60)], [120, 50], [1]])
    func cuts(distances: [Int64]) {
        var clock = FrameClock(origin: origin, rate: 30, cuts: distances)
        var now = clock.due
        var made: Set<Int64> = []
        var takes = [90, 70, 400, 50, 1_500].makeIterator()
        while clock.frame < 600 {
            made.insert(clock.frame)
            if let take = takes.next() {
                now = max(now, clock.due) + .milliseconds(take)
            } else {
                takes = [90, 70, 400, 50, 1_500].makeIterator()
            }
            clock.advance(at: now)
        }
        #expect(clock.skipped > 0 || distances == [1])
        for distance in distances {
            #expect(stride(from: Int64(0), to: 600, by: Int(distance)).allSatisfy { made.contains($0) })
        }
    }

    @Test("makes up for a standstill only for a while")
    func slowAfterStandstill() {
        var clock = FrameClock(origin: origin, rate: 30)
        var now = clock.due + .milliseconds(900)
        clock.advance(at: now)
        #expect(clock.skipped == 0)
        for _ in 0..<100 {
            now = max(now, clock.due) + .milliseconds(32)
            clock.advance(at: now)
        }
        #expect(clock.skipped > 0)
        #expect(now - clock.due <= FrameClock.lagLimit)
    }

    @Test("makes up for a standstill without leaving anything out", arguments: [400, 700, 1_100])
    func standstill(milliseconds: Int) {
        var clock = FrameClock(origin: origin, rate: 30)
        var now = clock.due
        for frame in 1...300 {
            now = max(now, clock.due) + .milliseconds(8)
            if frame == 100 { now = now + .milliseconds(milliseconds) }
            clock.advance(at: now)
        }
        #expect(clock.skipped == 0 && clock.frame == 300)
        #expect(now - clock.due <= .zero)
    }

    @Test("does not fall behind by more than is kept of the pictures")
    func longStandstill() {
        var clock = FrameClock(origin: origin, rate: 30)
        clock.advance(at: clock.due + .seconds(10))
        #expect(clock.lag(at: clock.time(of: 0) + FrameClock.latency + .seconds(10)) <= FrameClock.standstillLimit)
        #expect(clock.skipped > 250 && clock.frame == 1 + clock.skipped)
    }
}
