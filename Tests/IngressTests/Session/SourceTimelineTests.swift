import MediaWire
import Testing

@testable import Ingress

@Suite("The source's clock on the session's")
struct SourceTimelineTests {
    private let start = Instant(nanoseconds: 50_000_000_000)

    private func place(
        _ timeline: inout SourceTimeline,
        _ kind: MediaKind,
        _ source: Int64,
        at now: Int64
    ) -> Int64 {
        let time = timeline.place(
            kind,
            decodeTime: MediaTime(value: source, timescale: 1_000),
            at: start + .milliseconds(now)
        )
        return (time - start).nanoseconds / 1_000_000
    }

    @Test(
        "The first sample is now; the rest keeps its distances, however it arrives",
        arguments: [0, 4_294_967_000, -90_000]
    )
    func steady(origin: Int64) {
        var timeline = SourceTimeline(isPaced: false)
        #expect(place(&timeline, .video, origin, at: 0) == 0)
        #expect(place(&timeline, .audio, origin - 20, at: 5) == -20)
        #expect(place(&timeline, .video, origin + 33, at: 80) == 33)
        #expect(place(&timeline, .audio, origin + 1_000, at: 2_500) == 1_000)
        #expect(place(&timeline, .video, origin + 4_900, at: 4_900) == 4_900)
    }

    @Test("A source that begins with a burst of old media is pulled back to the present, both streams alike")
    func burst() {
        var timeline = SourceTimeline(isPaced: false)
        #expect(place(&timeline, .video, 0, at: 0) == 0)
        #expect(place(&timeline, .audio, 0, at: 0) == 0)
        #expect(place(&timeline, .video, 400, at: 10) == 400)
        #expect(place(&timeline, .video, 2_000, at: 20) == 20)
        #expect(place(&timeline, .audio, 2_010, at: 25) == 30)
        #expect(place(&timeline, .video, 2_040, at: 60) == 60)
    }

    @Test("A jump of both streams is one jump", arguments: [-3_600_000, 7_200_000])
    func jump(by distance: Int64) {
        var timeline = SourceTimeline(isPaced: false)
        _ = place(&timeline, .video, 10_000, at: 0)
        _ = place(&timeline, .audio, 10_000, at: 0)
        #expect(place(&timeline, .video, 10_500, at: 500) == 500)
        // The sound has not jumped yet.
        #expect(place(&timeline, .video, 10_533 + distance, at: 533) == 533)
        #expect(place(&timeline, .audio, 10_520, at: 534) == 520)
        #expect(place(&timeline, .audio, 10_540 + distance, at: 550) == 540)
        #expect(place(&timeline, .video, 10_600 + distance, at: 610) == 600)
    }

    @Test("Times that wrap at 32 bits of milliseconds go on")
    func wrap() {
        var timeline = SourceTimeline(isPaced: false)
        #expect(place(&timeline, .video, 4_294_967_290, at: 0) == 0)
        #expect(place(&timeline, .video, 27, at: 33) == 33)
        #expect(place(&timeline, .audio, 30, at: 36) == 36)
    }

    @Test("A pause of the source is a pause, not a jump")
    func pause() {
        var timeline = SourceTimeline(isPaced: false)
        _ = place(&timeline, .video, 0, at: 0)
        #expect(place(&timeline, .video, 60_000, at: 60_100) == 60_000)
    }

    @Test("A jump goes on behind what was shown already")
    func jumpAhead() {
        var timeline = SourceTimeline(isPaced: false)
        _ = place(&timeline, .video, 0, at: 0)
        #expect(place(&timeline, .video, 400, at: 0) == 400)
        #expect(place(&timeline, .video, 90_000, at: 40) == 410)
    }

    @Test("A source that comes back goes on behind what was held in the meantime")
    func restart() {
        var timeline = SourceTimeline(isPaced: false)
        _ = place(&timeline, .video, 5_000, at: 0)
        timeline.filled(until: start + .milliseconds(3_000))
        timeline.restart()
        #expect(place(&timeline, .video, 70, at: 2_990) == 3_010)
        #expect(place(&timeline, .audio, 90, at: 2_995) == 3_030)
    }

    @Test("A file's samples keep their distances however early they come, and are put off when they are late")
    func file() {
        var timeline = SourceTimeline(isPaced: true)
        #expect(place(&timeline, .video, 0, at: 0) == 0)
        #expect(place(&timeline, .video, 3_000, at: 10) == 3_000)
        #expect(place(&timeline, .audio, 500, at: 20) == 500)
        #expect(place(&timeline, .video, 3_040, at: 3_000) == 3_040)
        // Two seconds late: shown now, and everything after it as much later.
        #expect(place(&timeline, .video, 3_080, at: 5_080) == 5_080)
        #expect(place(&timeline, .audio, 3_080, at: 5_080) == 5_080)
        // Another part of a playlist.
        #expect(place(&timeline, .video, 900_000, at: 5_100) == 5_100)
    }
}
