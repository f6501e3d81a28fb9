import Compositor
import Media
import MediaWire
import TestKit
import Testing

@Suite("Source timeline")
struct SourceTimelineTests {
    private func frame(_ number: Int, amplitude: Double = 0.5, count: Int = 960, pts: Int64? = nil) -> AudioFrame {
        let start = pts ?? Int64(number * 960)
        let lane = ToneProbe.sine(1_000, amplitude: amplitude, sampleRate: 48_000, start: start, count: count)
        return AudioFrame(
            samples: lane + lane,
            channels: 2,
            sampleRate: 48_000,
            pts: MediaTime(value: start, timescale: 48_000)
        )
    }

    /// The placements on one line.
    private func line(_ placements: [SourceTimeline.Placement]) -> [Float] {
        let end = placements.map { $0.start + Int64($0.frame.count) }.max() ?? 0
        var line = [Float](repeating: 0, count: Int(end))
        for placement in placements {
            placement.frame.withSamples(0) { samples in
                for (index, sample) in samples.enumerated() { line[Int(placement.start) + index] += sample }
            }
        }
        return line
    }

    /// The largest step between neighbours; a sine of 1 kHz and amplitude 0.5 makes steps of 0.0654.
    private func largestStep(_ line: some Collection<Float>) -> Float {
        zip(line, line.dropFirst()).reduce(0) { max($0, abs($1.0 - $1.1)) }
    }

    @Test("Unsteady places within the tolerance leave the sound contiguous")
    func jitter() {
        var timeline = SourceTimeline()
        var generator = SystemRandomNumberGenerator()
        var placements: [SourceTimeline.Placement] = []
        for number in 0..<100 {
            let unsteady = Int64.random(in: -280...280, using: &generator)
            let base = Int64(1_000 + number * 960)
            placements += timeline.place(frame(number), at: number == 0 ? base : base + unsteady)
        }
        let expected = Array(stride(from: Int64(1_000), to: 97_000, by: 960))
        #expect(placements.map(\.start) == expected)
        #expect(largestStep(line(placements)) < 0.07)
        #expect(timeline.statistics == SourceTimeline.Statistics())
    }

    @Test("A clock that runs away is followed without clicks", arguments: [1.001, 0.999, 1.003, 0.997])
    func drift(rate: Double) {
        var timeline = SourceTimeline()
        var placements: [SourceTimeline.Placement] = []
        var worst = 0.0
        for number in 0..<3_000 {
            let wanted = Int64((Double(number * 960) * rate).rounded()) + 1_000
            let placed = timeline.place(frame(number), at: wanted)
            placements += placed
            if let start = placed.last?.start { worst = max(worst, abs(Double(wanted - start)) / 48) }
        }
        #expect(worst < 21)
        #expect(
            timeline.statistics.jumps == 0 && timeline.statistics.gaps == 0 && timeline.statistics.droppedSamples == 0
        )
        #expect(timeline.statistics.slewedFrames > 100)
        #expect(zip(placements, placements.dropFirst()).allSatisfy { $0.start + Int64($0.frame.count) == $1.start })
        #expect(placements.allSatisfy { abs($0.frame.count - 960) <= 4 })
        #expect(largestStep(line(placements).dropFirst(1_200)) < 0.07)
    }

    @Test("A lost frame is a gap as long as the frame, softly bordered")
    func loss() {
        var timeline = SourceTimeline()
        var placements: [SourceTimeline.Placement] = []
        for number in 0..<20 where number != 10 && number != 11 {
            placements += timeline.place(frame(number), at: Int64(number * 960))
        }
        let line = line(placements)
        #expect(line.count == 20 * 960)
        #expect(line[10 * 960 + 240..<12 * 960].allSatisfy { $0 == 0 })
        #expect(largestStep(line) < 0.08)
        #expect(timeline.statistics.gaps == 1 && timeline.statistics.jumps == 0)
        #expect(placements.last?.start == Int64(19 * 960))
    }

    @Test("A frame that comes twice or overlaps sounds once")
    func repetition() {
        var timeline = SourceTimeline()
        var placements = timeline.place(frame(0), at: 0)
        placements += timeline.place(frame(0), at: 0)
        placements += timeline.place(frame(1), at: 960)
        placements += timeline.place(frame(2, count: 960, pts: 1_440), at: 1_440)
        #expect(placements.map(\.start) == [0, 960, 1_920])
        #expect(placements.map(\.frame.count) == [960, 960, 480])
        #expect(timeline.statistics.droppedSamples == 960 + 480)
        #expect(largestStep(line(placements)) < 0.07)
    }

    @Test("In silence the place is taken over at once", arguments: [3_000, -3_000])
    func silence(drift: Int64) {
        var timeline = SourceTimeline()
        for number in 0..<10 { _ = timeline.place(frame(number), at: Int64(number * 960)) }
        var placed: [SourceTimeline.Placement] = []
        for number in 10..<20 {
            placed += timeline.place(frame(number, amplitude: 0), at: Int64(number * 960) + drift)
        }
        // What is left of it is too little to be corrected at all.
        #expect(placed.last.map { abs($0.start - (19 * 960 + drift)) <= 120 } == true)
        #expect(timeline.statistics.slewedFrames == 0 && timeline.statistics.jumps == 0)
    }

    @Test("Too far away, the place is taken over even in sound", arguments: [20_000, -20_000])
    func jump(drift: Int64) {
        var timeline = SourceTimeline()
        var placements: [SourceTimeline.Placement] = []
        for number in 0..<60 {
            let base = 100_000 + Int64(number * 960)
            placements += timeline.place(frame(number), at: number < 10 ? base : base + drift)
        }
        let wanted = 100_000 + 59 * 960 + drift
        #expect(placements.last.map { abs($0.start - wanted) <= 120 } == true)
        #expect(timeline.statistics.jumps == 1)
        #expect(zip(placements, placements.dropFirst()).allSatisfy { $0.start + Int64($0.frame.count) <= $1.start })
        // Where the old tone dies away under the new one, their slopes add up.
        #expect(largestStep(line(placements)) < 0.1)
    }

    @Test("New timestamps out of nowhere begin anew at the place the session says")
    func restart() {
        var timeline = SourceTimeline()
        _ = timeline.place(frame(0), at: 0)
        let placed = timeline.place(frame(0, pts: 4_000_000_000), at: 2_000)
        #expect(placed.last?.start == 2_000)
        let next = timeline.place(frame(0, pts: 4_000_000_960), at: 2_960)
        #expect(next.map(\.start) == [2_960])
        let back = timeline.place(frame(0, pts: .min / 2), at: 3_920)
        #expect(back.last?.start == 3_920)
        #expect(timeline.statistics.jumps == 2)
    }

    @Test("Without timestamps frames follow one another")
    func noTimestamps() {
        var timeline = SourceTimeline()
        var starts: [Int64] = []
        for number in 0..<5 {
            var item = frame(number)
            item.pts = nil
            starts += timeline.place(item, at: Int64(number * 960) + 100).map(\.start)
        }
        #expect(starts == [100, 1_060, 2_020, 2_980, 3_940])
    }
}
