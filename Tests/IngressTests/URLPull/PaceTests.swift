import MediaWire
import TestKit
import Testing

@testable import Ingress

@Suite("The pace of a pull, in virtual time")
struct PaceTests {
    private static let start = Instant(nanoseconds: 5_000_000_000_000)
    private static let second: Int64 = 1_000_000_000

    /// Hands samples on with nothing but waiting in between, and says when each was, in seconds from the start.
    private func play(_ samples: [Double], lead: Duration = .zero, stall: [Int: Double] = [:]) -> [Double] {
        var pacing = LivePacing(lead: lead)
        var now = Self.start
        return samples.enumerated().map { index, time in
            now += .seconds(stall[index] ?? 0)
            now = pacing.due(Int64((time + 100) * 1e9), at: now)
            return (now - Self.start).inSeconds
        }
    }

    private func isClose(_ left: [Double], _ right: [Double]) -> Bool {
        left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) < 1e-6 }
    }

    @Test("a file is spread over real time from wherever its clock begins")
    func file() {
        let times = (0..<250).map { Double($0) / 25 }
        #expect(isClose(play(times), times))
    }

    @Test("sound that lies behind pictures in the file does not slow it down")
    func interleaving() {
        // Half a second of pictures, then half a second of sound, and so on.
        var times: [Double] = []
        for block in 0..<20 {
            let half: [Double] = (0..<5).map { Double(block) / 2 + Double($0) / 10 }
            times += half + half
        }
        let last = play(times).last ?? 0
        #expect(abs(last - 9.9) < 0.001)
    }

    @Test("a stall delays what follows, and nothing is rushed")
    func stall() {
        let result = play([0, 1, 2, 3, 4], stall: [2: 3])
        #expect(isClose(result, [0, 1, 4, 5, 6]))
    }

    @Test("jitter within the tolerance does not add up")
    func jitter() {
        let times = (0..<100).map { Double($0) / 10 }
        let late = Dictionary(uniqueKeysWithValues: stride(from: 3, to: 100, by: 7).map { ($0, 0.15) })
        #expect(abs((play(times, stall: late).last ?? 0) - 9.9) < 0.2)
    }

    @Test("a live stream goes through at once with what its server has kept, and a flood is held back")
    func live() {
        let burst = play([0, 1, 2, 3, 4, 5, 9.9], lead: .seconds(10))
        #expect(isClose(burst, [0, 0, 0, 0, 0, 0, 0]))
        #expect(isClose(play([0, 10, 11, 12, 20], lead: .seconds(10)), [0, 0, 1, 2, 10]))
    }

    @Test("the end is where the last sample is over")
    func end() {
        var pacing = LivePacing(lead: .zero)
        #expect(pacing.end(of: 0, lasting: .seconds(1)) == nil)
        _ = pacing.due(3 * Self.second, at: Self.start)
        #expect(pacing.end(of: 4 * Self.second, lasting: .milliseconds(40)) == Self.start + .milliseconds(1040))
    }

    @Test("no times, however far, are a trap")
    func extremes() {
        var pacing = LivePacing(lead: .seconds(1))
        var timeline = PullTimeline()
        let times: [Int64] = [0, .max, .min, 4_000_000_000 * Self.second, -4_000_000_000 * Self.second, 1, .max, -1]
        for time in times {
            for kind in MediaKind.allCases {
                guard let shift = timeline.place(kind, time) else { continue }
                _ = pacing.due(time &+ shift, at: Self.start)
            }
            timeline.interrupt(gap: .seconds(Int64.max))
        }
    }
}

@Suite("The running time of a pull")
struct PullTimelineTests {
    private static let second: Int64 = 1_000_000_000

    /// The places of samples given in seconds; nil for one left out.
    private func place(_ timeline: inout PullTimeline, _ kind: MediaKind, _ times: Double...) -> [Double?] {
        times.map { time in
            let nanoseconds = Int64((time * 1e9).rounded())
            return timeline.place(kind, nanoseconds).map { (Double(nanoseconds + $0) / 1e3).rounded() / 1e6 }
        }
    }

    @Test("keeps the source's times as long as they run on")
    func plain() {
        var timeline = PullTimeline()
        #expect(place(&timeline, .video, 1000, 1000.04, 1000.08) == [1000, 1000.04, 1000.08])
        #expect(place(&timeline, .audio, 999.5, 999.6) == [999.5, 999.6])
        #expect(place(&timeline, .video, 1005) == [1005])
    }

    @Test("leaves out what repeats")
    func repetition() {
        var timeline = PullTimeline()
        #expect(place(&timeline, .audio, 10, 10, 9.5, 10.02) == [10, nil, nil, 10.02])
    }

    @Test("goes on where the clock jumps back or ahead, for both kinds by the same amount")
    func jumps() {
        for jump in [-500.0, 700.0] {
            var timeline = PullTimeline()
            _ = place(&timeline, .video, 1000)
            _ = place(&timeline, .audio, 1000)
            let video = place(&timeline, .video, 1000.04 + jump)
            #expect(video == [1000.033])
            // The sound's last sample before the jump comes after the pictures' first behind it.
            #expect(place(&timeline, .audio, 1000.02) == [1000.02])
            let moved = place(&timeline, .audio, 1000.06 + jump)[0] ?? 0
            #expect(abs(moved - 1000.053) < 1e-6, "\(moved)")
            #expect(place(&timeline, .video, 1000.08 + jump) == [1000.073])
        }
    }

    @Test("keeps sound and pictures in step where one of them pauses for long")
    func pause() {
        var timeline = PullTimeline()
        _ = place(&timeline, .video, 0)
        for time in 0..<40 { #expect(place(&timeline, .audio, Double(time)) == [Double(time)]) }
        #expect(place(&timeline, .video, 39.5) == [39.5])
    }

    @Test("puts a source that comes back behind its absence, whatever its clock says then")
    func absence() {
        var timeline = PullTimeline()
        _ = place(&timeline, .video, 100, 101)
        timeline.interrupt(gap: .seconds(4))
        #expect(place(&timeline, .audio, 3) == [105])
        #expect(place(&timeline, .video, 3.5) == [105.5])
    }
}

@Suite("Coming back to a live source, in virtual time")
struct PullRetryTests {
    private static let start = Instant(nanoseconds: 0)

    @Test("waits longer each time, and gives up when the time is over")
    func backOff() {
        var generator = SeededGenerator(seed: 1)
        var retry = PullRetry(absence: .seconds(30), at: Self.start)
        var now = Self.start
        var waits: [Double] = []
        while let wait = retry.failed(at: now, using: &generator) {
            waits.append(wait.inSeconds)
            now += wait
        }
        #expect((0.5...0.625).contains(waits[0]) && (1...1.25).contains(waits[1]) && (2...2.5).contains(waits[2]))
        #expect(waits.allSatisfy { $0 <= 10 })
        #expect(now == Self.start + .seconds(30), "the last attempt is made when the time is over")
    }

    @Test("starts anew after a connection that lasted")
    func lasting() {
        var generator = SeededGenerator(seed: 2)
        var retry = PullRetry(absence: .seconds(10), at: Self.start)
        _ = retry.failed(at: Self.start + .seconds(9), using: &generator)
        retry.connected(at: Self.start + .seconds(10))
        retry.connected(at: Self.start + .seconds(19))
        let wait = retry.failed(at: Self.start + .seconds(25), using: &generator)
        #expect(wait.map { $0.inSeconds < 0.7 } == true)
        #expect(retry.failed(at: Self.start + .seconds(35), using: &generator) == nil)
    }

    @Test("gives up a source that breaks whenever it is there")
    func flapping() {
        var generator = SeededGenerator(seed: 3)
        var retry = PullRetry(absence: .seconds(10), at: Self.start)
        var now = Self.start
        var attempts = 0
        while let wait = retry.failed(at: now, using: &generator), attempts < 100 {
            now += wait
            retry.connected(at: now)
            now += .seconds(2)
            attempts += 1
        }
        #expect(attempts < 8)
    }
}
