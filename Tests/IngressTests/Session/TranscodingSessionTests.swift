import Logging
import Media
import MediaWire
import RoomClient
import Testing

@testable import Ingress

@Suite("A session with its threads")
struct TranscodingSessionTests {
    private let plan = IngressPlan.sample(
        IngressEncoding(
            audio: .stereo,
            video: IngressEncoding.Video(format: .h264Baseline, framesPerSecond: 30, layers: .pair)
        )
    )

    private func session(
        _ publisher: RecordingPublisher,
        plan: IngressPlan? = nil,
        pace: TranscodingSettings.Pace = .file
    ) -> TranscodingSession {
        var settings = TranscodingSettings()
        settings.pace = pace
        settings.drain = .zero
        return TranscodingSession(
            plan: plan ?? self.plan,
            publisher: publisher,
            logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() },
            settings: settings
        )
    }

    private func last(of session: TranscodingSession) async -> (phases: [String], report: IngressSessionReport?) {
        var (phases, report): ([String], IngressSessionReport?) = ([], nil)
        for await next in session.reports {
            let phase =
                switch next.phase {
                case .buffering: "buffering"
                case .publishing: "publishing"
                case .ended: "ended"
                }
            if phases.last != phase { phases.append(phase) }
            report = next
        }
        return (phases, report)
    }

    @Test("A file is published from its first picture to its last, and the room is left")
    func file() async throws {
        let publisher = RecordingPublisher()
        let session = session(publisher)
        let source = SyntheticSource()
        let events = [TimedEvent].merged(try source.video(frames: 0..<30), try source.audio(seconds: 0..<1))
        async let end = session.run()
        async let reported = last(of: session)
        for event in events { session.receive(event.event) }
        session.receive(.ended)
        #expect(await end == .completed)
        let (phases, report) = await reported
        #expect(phases == ["buffering", "publishing", "ended"])
        #expect(report?.roomID == "RM_test")
        #expect(publisher.calls.first == "join" && publisher.calls.last == "leave")
        #expect(publisher.calls.count == 4)
        let video = try #require(publisher.tracks.first { $0.description.kind == .video })
        var decoder = try VideoDecoder(codec: .h264)
        var sizes = Set<Int>()
        var count = 0
        for frame in video.frames("q") {
            for picture in try decoder.decode(frame.data, pts: MediaTime(value: 0, timescale: 90_000)) {
                sizes.insert(picture.width)
                count += 1
            }
        }
        #expect(count == 30 && sizes == [320])
        let sound = try #require(publisher.tracks.first { $0.description.kind == .audio })
        #expect(sound.written.count > 10)
    }

    @Test("A session ends when it is stopped, cancelled, sent away or refused, and says so")
    func ends() async throws {
        let stopped = session(RecordingPublisher(), pace: .live)
        stopped.stop(.deleted)
        stopped.stop(.requested)
        #expect(await stopped.run() == .stopped(.deleted))

        let away = RecordingPublisher()
        let sentAway = session(away, pace: .live)
        away.sendAway(IngressSessionError(.roomDisconnected))
        #expect(await sentAway.run() == .failed(IngressSessionError(.roomDisconnected)))
        #expect(await last(of: sentAway).report?.phase == .ended(.failed(IngressSessionError(.roomDisconnected))))

        let refusal = IngressSessionError(.roomDisconnectedUnexpectedly, detail: "no route")
        let refused = session(RecordingPublisher(failure: refusal))
        async let end = refused.run()
        for event in try SyntheticSource(width: 320, height: 180).video(frames: 0..<2) { refused.receive(event.event) }
        #expect(await end == .failed(refusal))

        let cancelled = session(RecordingPublisher(), pace: .live)
        let task = Task { await cancelled.run() }
        task.cancel()
        #expect(await task.value == .stopped(.requested))
    }

    @Test("A plan without an encoding ends at once with the reason")
    func invalidPlan() async {
        let session = session(RecordingPublisher(), plan: .sample(nil))
        guard case .failed(let error) = await session.run() else {
            Issue.record("the session ran")
            return
        }
        #expect(error.code == .invalidRequest)
        #expect(await last(of: session).report?.phase == .ended(.failed(error)))
    }
}
