import MediaWire
import TestKit
import Testing

@testable import Ingress

@Suite("Times of a publisher")
struct MediaTimelineTests {
    /// Timestamps of one kind, and the times made of them.
    static let cases: [(String, [UInt32], [Int64])] = [
        ("as they come", [0, 23, 46], [0, 23, 46]),
        ("from anywhere", [5_000_000, 5_000_040], [5_000_000, 5_000_040]),
        ("two at one time", [0, 20, 20, 20, 60], [0, 20, 21, 22, 60]),
        ("out of order", [100, 140, 120, 180], [100, 140, 141, 180]),
        (
            "over the wrap after 49.7 days", [0xFFFF_FFF0, 0x0000_0010, 0x0000_0030],
            [0xFFFF_FFF0, 0x1_0000_0010, 0x1_0000_0030]
        ),
        ("out of order over the wrap", [0x0000_0010, 0xFFFF_FFF0, 0x0000_0030], [16, 17, 48]),
        ("set back to 0", [3_600_000, 3_600_040, 0, 40], [3_600_000, 3_600_040, 3_600_041, 3_600_080]),
        (
            "set back by more than half the range", [3_000_000_000, 0, 40],
            [3_000_000_000, 3_000_000_001, 3_000_000_040]
        ),
        ("a pause", [0, 20_000], [0, 20_000]),
        ("a leap", [0, 40, 90_000, 90_040], [0, 40, 41, 80]),
    ]

    @Test("times of one stream rise", arguments: cases)
    func oneStream(name: String, timestamps: [UInt32], expected: [Int64]) {
        var timeline = MediaTimeline()
        #expect(timestamps.map { timeline.time($0, of: .video) } == expected, "\(name)")
    }

    @Test("sound and pictures stay together when the clock is set anew, whichever leaps first")
    func together() {
        var timeline = MediaTimeline()
        #expect(timeline.time(60_000, of: .video) == 60_000)
        #expect(timeline.time(60_010, of: .audio) == 60_010)
        // The sound leaps, a picture of the old clock follows, then the pictures leap too.
        #expect(timeline.time(0, of: .audio) == 60_011)
        #expect(timeline.time(60_040, of: .video) == 60_040)
        #expect(timeline.time(20, of: .audio) == 60_030)
        #expect(timeline.time(40, of: .video) == 60_050)
        #expect(timeline.time(40, of: .audio) == 60_050)
    }

    @Test(
        "a stream that begins later may begin behind the other",
        arguments: [(2500, 2500), (0, 0), (5000, 5000)] as [(UInt32, Int64)]
    )
    func late(first: UInt32, expected: Int64) {
        var timeline = MediaTimeline()
        _ = timeline.time(0, of: .audio)
        _ = timeline.time(3000, of: .audio)
        #expect(timeline.time(first, of: .video) == expected)
    }

    @Test("a stream with seldom pictures is no leap while the other goes on")
    func sparse() {
        var timeline = MediaTimeline()
        _ = timeline.time(0, of: .video)
        for second in 0...60 { _ = timeline.time(UInt32(second * 1000), of: .audio) }
        #expect(timeline.time(60_000, of: .video) == 60_000)
    }

    @Test("times of any timestamps whatever rise")
    func anything() {
        var generator = SeededGenerator(seed: 7)
        var timeline = MediaTimeline()
        var last: [MediaKind: Int64] = [:]
        for _ in 0..<10_000 {
            let kind: MediaKind = Bool.random(using: &generator) ? .audio : .video
            let time = timeline.time(.random(in: 0 ... .max, using: &generator), of: kind)
            #expect(time > last[kind] ?? .min)
            last[kind] = time
        }
    }
}
