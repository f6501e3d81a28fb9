import LiveKitProtocol
import Media
import MediaWire
import Testing

@testable import Ingress

@Suite("What a session says of itself")
struct ReportTests {
    @Test("It buffers until what was announced is published, then says what comes in and what goes out")
    func phases() throws {
        let bench = try SessionBench(layers: .pair)
        #expect(bench.transcoder.report(at: bench.now) == IngressSessionReport())
        let source = SyntheticSource()
        let events = [TimedEvent].merged(try source.video(frames: 0..<60), try source.audio(seconds: 0..<2))
        var phases: [IngressSessionReport.Phase] = []
        for event in events {
            bench.receive(event.event, at: event.time)
            let phase = bench.transcoder.report(at: bench.now).phase
            if phases.last != phase { phases.append(phase) }
        }
        #expect(phases == [.buffering, .publishing])
        let report = bench.transcoder.report(at: bench.now)
        let video = try #require(report.video)
        #expect((video.mimeType, video.width, video.height) == ("video/H264", 640, 360))
        #expect(abs(video.framesPerSecond - 30) < 1.5)
        #expect(video.averageBitrate > 50_000)
        #expect(report.audio?.mimeType == "audio/AAC")
        #expect(report.tracks.map(\.sid) == ["TR_audio", "TR_video"])
        #expect(report.tracks.map(\.mimeType) == ["audio/opus", "video/H264"])
        var state = Livekit_IngressState()
        report.describe(in: &state)
        #expect(state.status == .endpointPublishing)
        #expect(state.tracks.last?.layers.map(\.width) == [320, 640])
        #expect(state.video.width == 640 && state.audio.sampleRate == 48_000)
    }

    @Test("A kind that was announced and never comes does not hold up the other")
    func oneKind() throws {
        let bench = try SessionBench(layers: .pair)
        bench.receive(.track(InputTrack(format: .opus)), at: .zero)
        bench.receive(try SyntheticSource().video(frames: 0..<10))
        #expect(bench.transcoder.report(at: bench.now).phase == .buffering)
        bench.advance(to: bench.now + .seconds(2))
        #expect(bench.transcoder.report(at: bench.now).phase == .publishing)
    }

    @Test(
        "Plans that cannot be fulfilled are refused with a reason",
        arguments: [
            IngressPlan.sample(nil),
            .sample(IngressEncoding(audio: .stereo, video: .init(format: .vp8, framesPerSecond: 30, layers: []))),
            .sample(
                IngressEncoding(
                    audio: .stereo,
                    video: .init(format: .vp8, framesPerSecond: 30, layers: [.large, .large])
                )
            ),
            .sample(
                IngressEncoding(
                    audio: IngressEncoding.Audio(channels: 6, bitrate: 96_000, hasDTX: true),
                    video: .init(format: .vp8, framesPerSecond: 30, layers: .pair)
                )
            ),
        ]
    )
    func invalidPlans(plan: IngressPlan) {
        let clock = SessionClock(origin: SessionBench.start, wallClock: SessionBench.wallClock, rtpOrigin: 0)
        let hooks = Transcoder.Hooks(publish: { _ in }, makeLane: { InlineLane($0) })
        let error = #expect(throws: IngressSessionError.self) {
            try Transcoder(plan: plan, settings: TranscodingSettings(), clock: clock, hooks: hooks)
        }
        #expect(error?.code == .invalidRequest)
    }

    @Test("A codec header that makes no sense ends the session with the fault")
    func badHeader() throws {
        let bench = try SessionBench(layers: .pair)
        let header = [UInt8](repeating: 1, count: StreamDescription.maximumHeaderSize + 1)
        bench.receive(.track(InputTrack(format: .h264, header: header)), at: .zero)
        guard case .failed(let error) = bench.transcoder.watch.end else {
            Issue.record("the session goes on")
            return
        }
        #expect(error.code == .unsupportedFormat && error.status == 406)
        #expect(error.message.hasPrefix("unsupported format for the source media: "))
    }

    @Test("Averages count what came since the last report")
    func meter() {
        var meter = StreamMeter()
        let start = SessionBench.start
        #expect(meter.averages(at: start) == StreamMeter.Averages())
        // The first one begins the count.
        for index in 0...100 {
            meter.add(bytes: 1_000, of: .milliseconds(index * 20), at: start + .milliseconds(index * 20))
        }
        #expect(meter.averages(at: start + .seconds(2)) == StreamMeter.Averages(bitrate: 400_000, samplesPerSecond: 50))
        meter.restart(at: start + .seconds(2))
        #expect(meter.averages(at: start + .seconds(2)).bitrate == 400_000)
        #expect(meter.averages(at: start + .seconds(4)).bitrate == 0)
    }

    @Test("A burst counts as long as its own times say, and a jump of them counts nothing")
    func burst() {
        var meter = StreamMeter()
        let start = SessionBench.start
        for index in 0...100 { meter.add(bytes: 1_000, of: .milliseconds(index * 20), at: start) }
        let rate = StreamMeter.Averages(bitrate: 400_000, samplesPerSecond: 50)
        #expect(meter.averages(at: start + .milliseconds(300)) == rate)
        #expect(meter.averages(at: start + .seconds(4)).samplesPerSecond == 25)
        meter.restart(at: start + .seconds(4))
        for index in 1...50 {
            meter.add(bytes: 1_000, of: .seconds(3_600) + .milliseconds(index * 20), at: start + .seconds(4))
        }
        #expect(meter.averages(at: start + .seconds(5)).samplesPerSecond == 50)
    }

    @Test("Reports are sent when something is new, and now and then")
    func schedule() {
        var schedule = ReportSchedule(interval: .seconds(60))
        var report = IngressSessionReport()
        var sent: [Int] = []
        for second in 0..<200 {
            if second == 3 { report.phase = .publishing }
            report.video = IngressSessionReport.Video(mimeType: "video/H264", averageBitrate: second)
            if schedule.isDue(report, at: SessionBench.start + .seconds(second)) { sent.append(second) }
        }
        #expect(sent == [0, 3, 8, 68, 128, 188])
    }
}

extension IngressEncoding.Audio {
    static let stereo = IngressEncoding.Audio(channels: 2, bitrate: 96_000, hasDTX: true)
}
