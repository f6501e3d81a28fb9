import MediaWire
import Testing

@testable import Egress

@Suite("The session's timeline")
struct SessionTimelineTests {
    /// A publisher's track as it arrives: its RTP clock, its publisher's wall clock, its way.
    private struct Publisher {
        var participant = "P"
        var track: String
        /// RTP time at session time 0, in nanoseconds.
        var rtpOrigin: Int64
        /// The publisher's wall clock at session time 0, Unix nanoseconds.
        var wallOrigin: Int64 = 1_700_000_000_000_000_000
        /// Parts per million its clocks run fast.
        var drift: Double = 0

        func arrival(captured time: Duration, way: Duration, hasReport: Bool) -> SessionTimeline.Arrival {
            let elapsed = Int64(Double(time.nanoseconds) * (1 + drift / 1e6))
            return SessionTimeline.Arrival(
                track: track,
                participant: participant,
                mediaNanoseconds: rtpOrigin + elapsed,
                capturedAt: hasReport ? WallClock(unixNanoseconds: wallOrigin + elapsed) : nil,
                arrival: origin + time + way
            )
        }
    }

    private static let origin = Instant(nanoseconds: 5_000_000_000_000)

    @Test("puts a steady track where it was captured, a constant way later")
    func steady() {
        var timeline = SessionTimeline()
        let publisher = Publisher(track: "a", rtpOrigin: 123_456_789)
        for index in 0..<500 {
            let time = Duration.milliseconds(20 * index)
            let place = timeline.place(publisher.arrival(captured: time, way: .milliseconds(30), hasReport: false))
            #expect(place == Self.origin + time + .milliseconds(30))
        }
    }

    @Test("is not moved by a report that comes while samples are late: what came before it was prompt")
    func promptBeforeTheReport() {
        var timeline = SessionTimeline()
        let publisher = Publisher(track: "a", rtpOrigin: 123_456_789)
        for index in 0..<500 {
            let time = Duration.milliseconds(20 * index)
            let isLate = (15..<80).contains(index)
            let place = timeline.place(
                publisher.arrival(
                    captured: time,
                    way: .milliseconds(isLate ? 210 : 30),
                    hasReport: index >= 15
                )
            )
            #expect(place == Self.origin + time + .milliseconds(30))
        }
    }

    @Test("keeps beep and flash of one participant together, though their ways differ by 120 ms")
    func beepAndFlash() {
        var timeline = SessionTimeline()
        let sound = Publisher(track: "a", rtpOrigin: 99_000_000_000)
        let picture = Publisher(track: "v", rtpOrigin: 7_000_000)
        var worst: [Duration] = [.zero, .zero]
        for index in 0..<2000 {
            let time = Duration.milliseconds(20 * index)
            // The first report comes after two seconds, as it may.
            let hasReport = index >= 100
            let beep = timeline.place(sound.arrival(captured: time, way: .milliseconds(10), hasReport: hasReport))
            let flash = timeline.place(picture.arrival(captured: time, way: .milliseconds(130), hasReport: hasReport))
            let apart = beep < flash ? flash - beep : beep - flash
            if index >= 350 { worst[0] = max(worst[0], apart) }
            worst[1] = max(worst[1], apart)
        }
        #expect(worst[0] <= .milliseconds(20), "five seconds after the report")
        #expect(worst[1] <= .milliseconds(120), "before it, no more than the ways differ")
    }

    @Test("is not moved by jitter: only the shortest way counts")
    func jitter() {
        var timeline = SessionTimeline()
        var random = Lehmer(state: 42)
        let publisher = Publisher(track: "v", rtpOrigin: 0)
        for index in 0..<1000 {
            let time = Duration.milliseconds(33 * index)
            let way = Duration.milliseconds(20 + Int(random.next() % 50))
            let place = timeline.place(publisher.arrival(captured: time, way: way, hasReport: true))
            if index > 100 {
                let offset = place - Self.origin - time
                #expect(offset >= .milliseconds(20) && offset <= .milliseconds(30))
            }
        }
    }

    @Test("never jumps, and never goes backwards, while it corrects itself")
    func slew() {
        var timeline = SessionTimeline()
        let publisher = Publisher(track: "v", rtpOrigin: 0)
        var last: Instant?
        for index in 0..<600 {
            let time = Duration.milliseconds(33 * index)
            // The way becomes 90 ms longer for good after 4 s.
            let way = Duration.milliseconds(index < 120 ? 10 : 100)
            let place = timeline.place(publisher.arrival(captured: time, way: way, hasReport: true))
            if let last {
                let step = place - last
                #expect(step >= .milliseconds(31) && step <= .milliseconds(35), "frame \(index): \(step)")
            }
            last = place
        }
    }

    @Test("takes a track whose first samples waited for a recorder that was starting to its place at once")
    func burst() {
        var timeline = SessionTimeline()
        let publisher = Publisher(track: "a", rtpOrigin: 0)
        var last: Instant?
        for index in 0..<100 {
            let time = Duration.milliseconds(20 * index)
            // What came in the first 400 ms is read together.
            let way = max(.milliseconds(10), .milliseconds(400) - time)
            let place = timeline.place(publisher.arrival(captured: time, way: way, hasReport: false))
            if let last { #expect(place >= last, "never backwards") }
            // Within what cannot be noticed.
            if index >= 40 { #expect(place - (Self.origin + time) <= .milliseconds(30), "sample \(index)") }
            last = place
        }
    }

    @Test("moves a track that has settled only slowly, however late it stands")
    func settled() {
        var timeline = SessionTimeline()
        let publisher = Publisher(track: "a", rtpOrigin: 0)
        var last: Instant?
        for index in 0..<300 {
            let time = Duration.milliseconds(20 * index)
            let way = Duration.milliseconds(index < 150 ? 200 : 10)
            let place = timeline.place(publisher.arrival(captured: time, way: way, hasReport: false))
            if let last { #expect(place - last >= .milliseconds(18), "sample \(index)") }
            last = place
        }
    }

    @Test("follows a clock that runs 100 ppm fast for ten minutes within 5 ms")
    func drift() {
        var timeline = SessionTimeline()
        let publisher = Publisher(track: "a", rtpOrigin: 0, drift: 100)
        for index in 0..<30_000 {
            let time = Duration.milliseconds(20 * index)
            let place = timeline.place(publisher.arrival(captured: time, way: .milliseconds(15), hasReport: true))
            let offset = place - Self.origin - time - .milliseconds(15)
            #expect(offset > .milliseconds(-5) && offset < .milliseconds(5))
        }
    }

    @Test("keeps participants apart whose wall clocks are hours apart")
    func wallClocks() {
        var timeline = SessionTimeline()
        let early = Publisher(participant: "E", track: "e", rtpOrigin: 0, wallOrigin: 0)
        let late = Publisher(participant: "L", track: "l", rtpOrigin: 0, wallOrigin: 3_600_000_000_000 * 24 * 365)
        for index in 0..<100 {
            let time = Duration.milliseconds(20 * index)
            let a = timeline.place(early.arrival(captured: time, way: .milliseconds(10), hasReport: true))
            let b = timeline.place(late.arrival(captured: time, way: .milliseconds(12), hasReport: true))
            #expect(b - a == .milliseconds(2))
        }
    }

    @Test(
        "places a track anew when its own clock jumps, forward or backward",
        arguments: [Int64(3_600), -3_600, 1 << 33]
    )
    func discontinuity(seconds: Int64) {
        var timeline = SessionTimeline()
        var publisher = Publisher(track: "v", rtpOrigin: 1 << 40)
        _ = timeline.place(publisher.arrival(captured: .zero, way: .zero, hasReport: false))
        publisher.rtpOrigin &+= seconds &* 1_000_000_000
        let place = timeline.place(publisher.arrival(captured: .seconds(1), way: .zero, hasReport: false))
        #expect(place == Self.origin + .seconds(1))
    }

    @Test("takes any number a peer can send")
    func extremes() {
        var timeline = SessionTimeline()
        for (index, value) in [Int64.min, .max, 0, -1, .max, .min].enumerated() {
            let sample = SessionTimeline.Arrival(
                track: "v",
                participant: "P",
                mediaNanoseconds: value,
                capturedAt: WallClock(ntp: index % 2 == 0 ? 0 : .max),
                arrival: Self.origin + .milliseconds(index)
            )
            _ = timeline.place(sample)
        }
        let sane = Publisher(track: "w", rtpOrigin: 0)
        let place = timeline.place(sane.arrival(captured: .seconds(1), way: .zero, hasReport: false))
        #expect(place == Self.origin + .seconds(1))
    }
}

/// A small seeded generator (Park and Miller).
struct Lehmer {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state * 48_271 % 0x7FFF_FFFF
        return state
    }
}
