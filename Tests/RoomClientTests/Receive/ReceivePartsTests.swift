import MediaWire
import Testing

@testable import RoomClient

@Suite struct KeyFrameRequesterTests {
    /// Instants of the requests made while one is wanted, looking every 10 ms.
    private func requests(of requester: inout KeyFrameRequester, from start: Int, to end: Int) -> [Int] {
        stride(from: start, to: end, by: 10).filter { requester.requestIsDue(at: milliseconds($0)) }
    }

    @Test func `nothing is asked for that is not wanted`() {
        var requester = KeyFrameRequester()
        #expect(requests(of: &requester, from: 0, to: 1000) == [])
        #expect(requester.nextDeadline == nil)
    }

    @Test func `the first key frame is asked for eagerly, and patiently when nobody answers`() {
        var requester = KeyFrameRequester()
        requester.want()
        let made = requests(of: &requester, from: 0, to: 4900)
        #expect(made == [0, 200, 400, 600, 800, 1000, 1200, 1400, 1600, 1800, 2300, 2800, 3300, 3800, 4300, 4800])
    }

    @Test func `later key frames are asked for twice a second`() {
        var requester = KeyFrameRequester()
        requester.want()
        _ = requester.requestIsDue(at: milliseconds(0))
        requester.keyFrameArrived()
        #expect(!requester.isWanted)
        requester.want()
        #expect(requests(of: &requester, from: 100, to: 1700) == [500, 1000, 1500])
        #expect(requester.requests == 4)
    }
}

@Suite struct FrameGateTests {
    @Test func `pictures wait for a key frame at the start and after a loss`() {
        var gate = FrameGate(dependsOnEarlierFrames: true)
        #expect(gate.judge(isKeyFrame: false, isIntact: true) == .hold)
        #expect(gate.judge(isKeyFrame: true, isIntact: false) == .pass(isIntact: false))
        #expect(gate.judge(isKeyFrame: false, isIntact: true) == .pass(isIntact: true))
        gate.lost()
        #expect(gate.needsKeyFrame)
        #expect(gate.judge(isKeyFrame: false, isIntact: true) == .hold)
        #expect(gate.judge(isKeyFrame: true, isIntact: true) == .pass(isIntact: false))
        #expect(gate.judge(isKeyFrame: false, isIntact: true) == .pass(isIntact: true))
    }

    @Test func `the very first key frame is intact when nothing came before`() {
        var gate = FrameGate(dependsOnEarlierFrames: true)
        #expect(gate.judge(isKeyFrame: true, isIntact: true) == .pass(isIntact: true))
    }

    @Test func `sound always passes and tells of losses`() {
        var gate = FrameGate(dependsOnEarlierFrames: false)
        #expect(gate.judge(isKeyFrame: true, isIntact: true) == .pass(isIntact: true))
        gate.lost()
        #expect(!gate.needsKeyFrame)
        #expect(gate.judge(isKeyFrame: true, isIntact: true) == .pass(isIntact: false))
        #expect(gate.judge(isKeyFrame: true, isIntact: true) == .pass(isIntact: true))
    }
}

@Suite struct SenderReportClockTests {
    private let origin = WallClock(unixNanoseconds: 1_700_000_000_000_000_000)

    @Test func `there is no time before the first report`() {
        #expect(SenderReportClock(clockRate: 90_000).wallClock(of: 0) == nil)
    }

    @Test(
        arguments: [
            (0, Duration.zero), (90_000, .seconds(1)), (-45_000, .milliseconds(-500)),
            (90_000 * 86_400 * 30, .seconds(86_400 * 30)),
        ] as [(Int64, Duration)]
    )
    func `time is counted from the last report`(timestamp: Int64, offset: Duration) throws {
        var clock = SenderReportClock(clockRate: 90_000)
        clock.report(wall: origin, timestamp: 0)
        let wall = try #require(clock.wallClock(of: timestamp))
        #expect(abs((wall - (origin + offset)).nanoseconds) <= 1)
    }

    /// Lateness of a second report after ten seconds, and what is made of it, in milliseconds.
    @Test(arguments: [(-30, -30), (-300, -300), (3, 3), (30, 5), (100, 5), (101, 101), (300, 300)])
    func `of reports a little apart the earliest counts, larger corrections at once`(late: Int, taken: Int) throws {
        var clock = SenderReportClock(clockRate: 48_000)
        clock.report(wall: origin, timestamp: 0)
        clock.report(wall: origin + .seconds(10) + .milliseconds(late), timestamp: 480_000)
        let wall = try #require(clock.wallClock(of: 480_000))
        #expect(abs((wall - origin).nanoseconds - 10_000_000_000 - Int64(taken) * 1_000_000) <= 1)
    }

    @Test func `a clock that drifts is followed`() throws {
        var clock = SenderReportClock(clockRate: 48_000)
        // 100 millionths fast, and every second report is 40 ms late.
        for report in 0...20 {
            let wall = Int64(report) * 5_000_500_000 + (report % 2 == 1 ? 40_000_000 : 0)
            clock.report(wall: origin + .nanoseconds(wall), timestamp: Int64(report) * 240_000)
        }
        let wall = try #require(clock.wallClock(of: 4_800_000))
        #expect(abs((wall - origin).nanoseconds - 100_010_000_000) <= 3_000_000)
    }

    @Test func `one odd report is doubted and two that agree are believed`() throws {
        var clock = SenderReportClock(clockRate: 48_000)
        clock.report(wall: origin, timestamp: 0)
        clock.report(wall: origin + .seconds(100), timestamp: 48_000)
        #expect(abs((try #require(clock.wallClock(of: 48_000)) - origin).nanoseconds - 1_000_000_000) <= 1)
        clock.report(wall: origin + .seconds(101), timestamp: 96_000)
        #expect(abs((try #require(clock.wallClock(of: 96_000)) - origin).nanoseconds - 101_000_000_000) <= 1)
    }
}

@Suite struct StreamTimelineTests {
    @Test func `timestamps go on over their wrap-around`() {
        var timeline = StreamTimeline(clockRate: 90_000)
        #expect(timeline.place(.max - 999, arrival: milliseconds(0)) == Int64(UInt32.max) - 999)
        #expect(timeline.place(2000, arrival: milliseconds(33)) == Int64(UInt32.max) + 2001)
        #expect(timeline.place(.max, arrival: milliseconds(34)) == Int64(UInt32.max))
    }

    @Test func `a replaced stream goes on where the old one stood`() {
        var timeline = StreamTimeline(clockRate: 90_000)
        #expect(timeline.place(1000, arrival: milliseconds(0)) == 1000)
        timeline.restart()
        #expect(timeline.place(ofReport: 5) == nil)
        #expect(timeline.place(4_000_000_000, arrival: milliseconds(2000)) == 181_000)
        #expect(timeline.place(4_000_003_000, arrival: milliseconds(2033)) == 184_000)
        #expect(timeline.place(ofReport: 4_000_000_000) == 181_000)
    }
}
