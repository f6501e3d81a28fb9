import LiveKitProtocol
import MediaWire
import RoomClient
import Testing

@testable import Ingress

private func at(_ milliseconds: Int64) -> Instant { Instant(nanoseconds: 1_000_000_000_000 + milliseconds * 1_000_000) }

@Suite struct SimulcastPlanTests {
    /// Rids as offered, sizes of the key frames that came, and the rids from small to large; `~` marks derived sizes.
    static let cases: [(offered: [String], came: [(String, Int, Int)], order: String)] = [
        (["q", "h", "f"], [("q", 320, 180), ("h", 640, 360), ("f", 1280, 720)], "q320x180 h640x360 f1280x720"),
        (["f", "h", "q"], [("q", 320, 180), ("h", 640, 360), ("f", 1280, 720)], "q320x180 h640x360 f1280x720"),
        // Names that say the contrary of the sizes.
        (["q", "h", "f"], [("f", 320, 180), ("h", 640, 360), ("q", 1280, 720)], "f320x180 h640x360 q1280x720"),
        (["0", "1", "2"], [("0", 1920, 1080), ("1", 960, 540), ("2", 480, 270)], "2480x270 1960x540 01920x1080"),
        // Two came: the third follows their direction.
        (["a", "b", "c"], [("a", 320, 180), ("b", 640, 360)], "a320x180 b640x360 c1280x720~"),
        (["a", "b", "c"], [("b", 640, 360), ("c", 320, 180)], "c320x180 b640x360 a1280x720~"),
        (["a", "b", "c"], [("a", 320, 180), ("c", 1280, 720)], "a320x180 b640x360~ c1280x720"),
        // One came: the first of the offer is the largest.
        (["a", "b"], [("b", 640, 360)], "b640x360 a1280x720~"),
        // Two of one size stay in the order of the offer.
        (["a", "b"], [("a", 640, 360), ("b", 640, 360)], "b640x360 a640x360"),
    ]

    @Test(arguments: cases) func `layers are ordered by the sizes of their key frames`(
        _ offered: [String],
        _ came: [(String, Int, Int)],
        _ order: String
    ) {
        var plan = SimulcastPlan(rids: offered)
        for (rid, width, height) in came { plan.sawKeyFrame(rid: rid, width: width, height: height, at: at(0)) }
        let words = plan.layers.map { "\($0.rid ?? "-")\($0.width)x\($0.height)" + ($0.isKnown ? "" : "~") }
        #expect(words.joined(separator: " ") == order)
        #expect(plan.isReady(at: at(0)) == (came.count == offered.count))
        #expect(plan.isReady(at: at(1500)))
    }

    @Test func `nothing is planned before a key frame with a size`() {
        var plan = SimulcastPlan(rids: ["a", "b"])
        plan.sawKeyFrame(rid: "a", width: nil, height: nil, at: at(0))
        plan.sawKeyFrame(rid: "stranger", width: 10, height: 10, at: at(0))
        plan.sawKeyFrame(rid: "a", width: 0, height: 70_000, at: at(0))
        #expect(plan.layers.isEmpty)
        #expect(!plan.isReady(at: at(60_000)))
    }

    @Test func `a layer that comes late and is of another rank contradicts the order`() {
        var plan = SimulcastPlan(rids: ["a", "b"])
        plan.sawKeyFrame(rid: "b", width: 640, height: 360, at: at(0))
        let assigned = plan.layers.map(\.rid)
        #expect(!plan.contradicts(assigned))
        plan.sawKeyFrame(rid: "a", width: 320, height: 180, at: at(3000))
        #expect(plan.contradicts(assigned))
        #expect(!plan.contradicts(plan.layers.map(\.rid)))
    }
}

@Suite struct BypassTrackTests {
    private func sample(
        _ codec: Codec = .vp8,
        isKeyFrame: Bool = true,
        size: (Int, Int)? = (640, 360)
    ) -> EncodedSample {
        EncodedSample(
            codec: codec,
            data: [1],
            isKeyFrame: isKeyFrame,
            timestamp: 0,
            clockRate: codec.clockRate,
            arrival: at(0),
            width: isKeyFrame ? size?.0 : nil,
            height: isKeyFrame ? size?.1 : nil
        )
    }

    private func videoTrack(_ rids: [String] = []) -> BypassTrack {
        var track = BypassTrack(kind: .video, plan: .init(name: "camera", source: 1))
        track.begin(rids: rids)
        return track
    }

    private func published(_ rids: [String], _ sizes: [(Int, Int)]) -> BypassTrack {
        var track = videoTrack(rids)
        let names: [String?] = rids.isEmpty ? [nil] : rids
        for (rid, size) in zip(names, sizes) {
            _ = track.judge(sample(size: size), rid: rid, at: at(0)) { _ in true }
        }
        _ = track.published()
        return track
    }

    @Test func `a single stream is published at its first key frame and written from the next`() {
        var track = videoTrack()
        guard case .publish(let description) = track.judge(sample(), rid: nil, at: at(0), isWatched: { _ in true })
        else {
            Issue.record("it was not published")
            return
        }
        #expect(description.layers.map(\.width) == [640])
        #expect(description.codec == .vp8)
        #expect(track.judge(sample(isKeyFrame: false), rid: nil, at: at(33)) { _ in true } == .skip)
        #expect(track.published() == [nil])
        #expect(track.judge(sample(isKeyFrame: false), rid: nil, at: at(66)) { _ in true } == .askForKeyFrame)
        #expect(track.judge(sample(), rid: nil, at: at(99)) { _ in true } == .write(layer: nil))
        #expect(track.judge(sample(isKeyFrame: false), rid: nil, at: at(132)) { _ in true } == .write(layer: nil))
    }

    @Test func `layers get the room's names by size and key frame requests find the way back`() {
        var track = published(["x", "y"], [(1280, 720), (320, 180)])
        #expect(track.description?.layers.map(\.rid) == ["q", "h"])
        #expect(track.description?.layers.map(\.width) == [320, 1280])
        #expect(track.judge(sample(size: (1280, 720)), rid: "x", at: at(10)) { _ in true } == .write(layer: "h"))
        #expect(track.judge(sample(size: (320, 180)), rid: "y", at: at(10)) { _ in true } == .write(layer: "q"))
        #expect(track.source(of: "q") == .some("y"))
        #expect(track.source(of: "h") == .some("x"))
        #expect(track.source(of: "f") == nil)
    }

    @Test func `a layer nobody watches is left out and begins again with a key frame`() {
        var track = published([], [(640, 360)])
        #expect(track.judge(sample(), rid: nil, at: at(10)) { _ in true } == .write(layer: nil))
        #expect(track.judge(sample(isKeyFrame: false), rid: nil, at: at(20)) { _ in false } == .skip)
        #expect(track.judge(sample(isKeyFrame: false), rid: nil, at: at(30)) { _ in true } == .askForKeyFrame)
        #expect(track.judge(sample(), rid: nil, at: at(40)) { _ in true } == .write(layer: nil))
    }

    @Test func `a publisher that comes back with as many layers goes on in the same track`() {
        var track = published(["x", "y"], [(1280, 720), (320, 180)])
        track.begin(rids: ["1", "2"])
        #expect(track.judge(sample(size: (160, 90)), rid: "1", at: at(100)) { _ in true } == .skip)
        #expect(track.judge(sample(size: (640, 360)), rid: "2", at: at(100)) { _ in true } == .write(layer: "h"))
        #expect(track.judge(sample(size: (160, 90)), rid: "1", at: at(200)) { _ in true } == .write(layer: "q"))
    }

    @Test func `another codec or number of layers is published anew but not at once again`() {
        var track = published([], [(640, 360)])
        #expect(track.judge(sample(.h264), rid: nil, at: at(100)) { _ in true } == .skip, "too soon")
        guard case .publish(let second) = track.judge(sample(.h264), rid: nil, at: at(6000), isWatched: { _ in true })
        else {
            Issue.record("another codec was not published")
            return
        }
        #expect(second.codec == .h264)
        _ = track.published()
        track.begin(rids: ["a", "b"])
        _ = track.judge(sample(.h264, size: (320, 180)), rid: "a", at: at(12_000)) { _ in true }
        guard case .publish(let third) = track.judge(sample(.h264), rid: "b", at: at(12_000), isWatched: { _ in true })
        else {
            Issue.record("two layers were not published")
            return
        }
        #expect(third.layers.count == 2)
    }

    @Test func `sound is published with its first packet and what is refused is not asked for again`() {
        var track = BypassTrack(kind: .audio, plan: .init(name: "voice", source: 2))
        track.begin(rids: [])
        guard case .publish(let description) = track.judge(sample(.opus), rid: nil, at: at(0), isWatched: { _ in true })
        else {
            Issue.record("it was not published")
            return
        }
        #expect(description.source == .microphone)
        var refused = track
        refused.refused()
        #expect(refused.judge(sample(.opus), rid: nil, at: at(9000)) { _ in true } == .skip)
        _ = track.published()
        #expect(track.judge(sample(.opus), rid: nil, at: at(20)) { _ in true } == .write(layer: nil))
    }

    @Test func `bitrates announced are those of a LiveKit ingress`() {
        #expect(BypassTrack.bitrate(width: 1920, height: 1080) == 3_500_000)
        #expect(abs(BypassTrack.bitrate(width: 960, height: 540) - 1_237_436) < 2)
    }
}

@Suite struct PublisherPresenceTests {
    @Test func `a lost publisher is waited for and goes on when it comes back`() {
        var presence = PublisherPresence(grace: .seconds(10))
        #expect(presence.arrived() == true)
        presence.started()
        #expect(presence.lost("gone", at: at(0)) == .wait(until: at(10_000), reason: "gone"))
        #expect(presence.lost("gone again", at: at(1000)) == .nothing, "the first loss counts")
        #expect(presence.timeout(at: at(9999)) == .nothing)
        #expect(presence.arrived() == true)
        #expect(presence.timeout(at: at(20_000)) == .nothing)
        #expect(presence.state == .present)
    }

    @Test func `the grace ends and then nobody is taken`() {
        var presence = PublisherPresence(grace: .seconds(10))
        #expect(presence.arrived() == true)
        presence.started()
        _ = presence.lost("gone", at: at(0))
        #expect(presence.timeout(at: at(10_000)) == .end(.lost("gone")))
        #expect(presence.arrived() == false)
        #expect(presence.end() == false)
        #expect(presence.timeout(at: at(30_000)) == .nothing)
    }

    @Test func `one that never sent anything is not waited for`() {
        var presence = PublisherPresence(grace: .seconds(10))
        #expect(presence.arrived() == true)
        #expect(presence.lost("no connection", at: at(0)) == .end(.neverStarted("no connection")))
        #expect(presence.state == .over)
    }

    @Test func `recovery is told once`() {
        var presence = PublisherPresence(grace: .seconds(10))
        #expect(presence.arrived() == true)
        #expect(presence.recovered() == false)
        presence.started()
        _ = presence.lost("silent", at: at(0))
        #expect(presence.recovered() == true)
        #expect(presence.recovered() == false)
    }
}

@Suite struct WHIPDeadlinesTests {
    private func connected(at moment: Int64 = 100) -> WHIPDeadlines {
        var deadlines = WHIPDeadlines(times: WHIPTimes(), at: at(0))
        deadlines.connected(at: at(moment))
        return deadlines
    }

    @Test func `a connection that does not come about is given up`() {
        var deadlines = WHIPDeadlines(times: WHIPTimes(), at: at(0))
        #expect(deadlines.due(at: at(14_999), isEndedByPeer: false) == .nothing)
        guard case .finish(.neverStarted) = deadlines.due(at: at(15_000), isEndedByPeer: false) else {
            Issue.record("it was waited for")
            return
        }
    }

    @Test func `packets that never make a sample are not media`() {
        var deadlines = connected()
        deadlines.media(at: at(10_000))
        guard case .finish(.neverStarted) = deadlines.due(at: at(10_100), isEndedByPeer: false) else {
            Issue.record("it was waited for")
            return
        }
    }

    @Test func `silence and a goodbye lose the publisher`() {
        var deadlines = connected()
        deadlines.sample(at: at(200))
        deadlines.media(at: at(5000))
        deadlines.reported(at: at(5000))
        #expect(deadlines.due(at: at(19_999), isEndedByPeer: false) == .nothing)
        #expect(deadlines.due(at: at(20_000), isEndedByPeer: false) == .finish(.lost("no media for 15.0 seconds")))
        var other = connected()
        #expect(other.due(at: at(6000), isEndedByPeer: true) == .nothing, "a DELETE may follow")
        #expect(other.due(at: at(8000), isEndedByPeer: true) == .finish(.lost("it ended the connection (DTLS)")))
    }

    @Test func `what arrives is told soon after the first sample and then once a minute`() {
        var deadlines = connected()
        deadlines.sample(at: at(200))
        deadlines.media(at: at(2200))
        #expect(deadlines.due(at: at(2199), isEndedByPeer: false) == .nothing)
        #expect(deadlines.due(at: at(2200), isEndedByPeer: false) == .report)
        deadlines.reported(at: at(2200))
        deadlines.media(at: at(62_000))
        #expect(deadlines.due(at: at(62_199), isEndedByPeer: false) == .nothing)
        #expect(deadlines.due(at: at(62_200), isEndedByPeer: false) == .report)
    }
}

@Suite struct PublisherTimelineTests {
    private func wall(_ milliseconds: Int64) -> WallClock {
        WallClock(unixNanoseconds: 1_700_000_000_000_000_000 + milliseconds * 1_000_000)
    }

    @Test func `sound and pictures captured together get one time whatever the network does`() {
        var clock = PublisherClock()
        var sound = StreamPlacement(clockRate: 48_000)
        var pictures = StreamPlacement(clockRate: 90_000)
        var seconds: [(Double, Double)] = []
        for tick in 0..<100 as Range<Int64> {
            let moment = tick * 20
            // Pictures arrive 30 to 60 ms after the sound of the same moment, at random origins.
            let a = clock.captured(reported: wall(moment), arrival: at(moment + 10))
            let b = clock.captured(reported: wall(moment), arrival: at(moment + 40 + tick % 3 * 10))
            let x = sound.place(
                timestamp: 777 + moment * 48,
                captured: a.at,
                isReported: a.isReported,
                origin: at(0)
            )
            let y = pictures.place(
                timestamp: 99_000_000 + moment * 90,
                captured: b.at,
                isReported: b.isReported,
                origin: at(0)
            )
            seconds.append((Double(x) / 48_000, Double(y) / 90_000))
        }
        #expect(seconds.allSatisfy { abs($0 - $1) < 0.001 })
        #expect(zip(seconds, seconds.dropFirst()).allSatisfy { abs($1.0 - $0.0 - 0.02) < 1e-9 })
    }

    @Test func `the first report corrects what arrival said and times keep rising`() {
        var pictures = StreamPlacement(clockRate: 90_000)
        let first = pictures.place(timestamp: 0, captured: at(100), isReported: false, origin: at(0))
        let second = pictures.place(timestamp: 3000, captured: at(150), isReported: false, origin: at(0))
        #expect(second - first == 3000, "arrivals jitter, timestamps do not")
        let third = pictures.place(timestamp: 6000, captured: at(130), isReported: true, origin: at(0))
        #expect(third == second + 1)
        let fourth = pictures.place(timestamp: 9000, captured: at(163), isReported: true, origin: at(0))
        #expect(fourth == 130 * 90 + 3000)
    }

    @Test func `a publisher whose clock is set goes on at the time of arrival`() {
        var clock = PublisherClock()
        #expect(clock.captured(reported: wall(0), arrival: at(5)).at == at(5))
        #expect(clock.captured(reported: wall(3_600_000), arrival: at(1005)).at == at(1005))
        #expect(clock.captured(reported: wall(3_600_020), arrival: at(1100)).at == at(1025))
        #expect(clock.captured(reported: nil, arrival: at(1200)).isReported == false)
    }
}

@Suite struct LayerChoiceTests {
    @Test func `the largest layer alive is taken and layers change at key frames only`() {
        var choice = LayerChoice()
        let small = (isKeyFrame: true, area: Optional(100))
        let large = (isKeyFrame: true, area: Optional(900))
        let delta = (isKeyFrame: false, area: Int?.none)
        #expect(choice.judge(rid: "s", sample: delta, at: at(0)) == .askForKeyFrame)
        #expect(choice.judge(rid: "s", sample: small, at: at(10)) == .take(isSwitch: true))
        #expect(choice.judge(rid: "l", sample: delta, at: at(20)) == .skip, "its size is not known")
        #expect(choice.judge(rid: "l", sample: large, at: at(30)) == .take(isSwitch: true))
        #expect(choice.judge(rid: "s", sample: small, at: at(40)) == .skip)
        #expect(choice.judge(rid: "l", sample: delta, at: at(50)) == .take(isSwitch: false))
        // The large one falls silent.
        #expect(choice.judge(rid: "s", sample: delta, at: at(1000)) == .skip)
        #expect(choice.judge(rid: "s", sample: delta, at: at(1100)) == .askForKeyFrame)
        #expect(choice.judge(rid: "s", sample: small, at: at(1200)) == .take(isSwitch: true))
        #expect(choice.judge(rid: "l", sample: delta, at: at(1300)) == .askForKeyFrame)
        #expect(choice.judge(rid: "l", sample: large, at: at(1400)) == .take(isSwitch: true))
        #expect(choice.chosen == .some("l"))
    }
}
