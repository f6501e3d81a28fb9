import Foundation
import Logging
import Media
import MediaWire
import TestKit
import Testing

@testable import Egress

/// A whole recording in virtual time: pictures and sound in, a file out, decoded and measured.
@Suite("The recorder", .timeLimit(.minutes(2)))
struct RecorderTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func plan(layout: String = "grid") -> RecordingPlan {
        RecordingPlan(
            roomName: "r",
            layout: layout,
            video: VideoPlan(profile: .main, width: 640, height: 360, framerate: 30, bitrate: 1500),
            audio: AudioPlan(format: .aac, bitrate: 128, frequency: 44_100),
            filePath: ""
        )
    }

    /// Records `seconds` of what `live` sends.
    private func record(_ plan: RecordingPlan, _ live: Live, seconds: Int) async -> Recorder.Event {
        let recorder = Recorder(
            Recorder.Configuration(
                plan: plan,
                path: folder.path + "/a.mp4",
                history: live.history,
                inputs: live.inputs,
                now: { live.now },
                sleep: { live.pass($0) },
                unixNanoseconds: { $0.nanoseconds },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        recorder.finish(at: Live.origin + .seconds(seconds))
        return await withCheckedContinuation { continuation in
            recorder.start(at: Live.origin) { continuation.resume(returning: $0) }
        }
    }

    @Test("keeps beep and flash within 40 ms, though sound and picture take different ways, and the length to a frame")
    func beepAndFlash() async throws {
        let seconds = 8
        let live = try Live(seconds: seconds)
        guard case .written(let file) = await record(plan(), live, seconds: seconds) else {
            Issue.record("the recording failed")
            return
        }
        #expect(abs(file.durationNanoseconds - Int64(seconds) * 1_000_000_000) < 50_000_000)
        #expect(file.startedAt == Live.origin.nanoseconds && file.size > 1000)

        let decoded = try DecodedFile(path: file.path)
        #expect(decoded.pictures.count == seconds * 30)
        let flashes = live.rhythm.flashOnsets(decoded.pictures)
        let beeps = live.rhythm.beepOnsets(decoded.samples, sampleRate: 48_000).map { $0 + decoded.soundStart }
        let offsets = live.rhythm.offsets(flashes: flashes, beeps: beeps)
        #expect(offsets.count >= seconds - 2)
        #expect(offsets.allSatisfy { abs($0) <= 0.04 }, "\(offsets)")
    }

    @Test("shows every picture once, in order, and none that is frozen or missing")
    func pictures() async throws {
        let live = try Live(seconds: 3)
        guard case .written(let file) = await record(plan(), live, seconds: 3) else {
            Issue.record("the recording failed")
            return
        }
        let numbers = try DecodedFile(path: file.path).labels.compactMap { $0?.number }
        #expect(numbers.count >= 85)
        let steps = zip(numbers.dropFirst(), numbers).map { $0 - $1 }
        #expect(steps.allSatisfy { (0...2).contains($0) }, "\(steps)")
        #expect(
            steps.count { $0 != 1 } <= 8,
            "the start shows the first picture until it is due; then one follows another"
        )
    }

    @Test("records an empty room, and sound alone, for as long as was asked")
    func withoutPictures() async throws {
        let empty = try Live(seconds: 0)
        guard case .written(let file) = await record(plan(), empty, seconds: 2) else {
            Issue.record("the recording failed")
            return
        }
        #expect(abs(file.durationNanoseconds - 2_000_000_000) < 50_000_000)
        var soundAlone = plan()
        soundAlone.video = nil
        guard case .written(let sound) = await record(soundAlone, try Live(seconds: 2), seconds: 2) else {
            Issue.record("the recording failed")
            return
        }
        #expect(abs(sound.durationNanoseconds - 2_000_000_000) < 50_000_000)
    }

    @Test("keeps its pace when time runs away: the length stays, pictures are left out")
    func slowEncoder() async throws {
        let live = try Live(seconds: 4, costOfLooking: .milliseconds(60))
        guard case .written(let file) = await record(plan(), live, seconds: 4) else {
            Issue.record("the recording failed")
            return
        }
        #expect(abs(file.durationNanoseconds - 4_000_000_000) < 100_000_000)
        let count = try DecodedFile(path: file.path).pictures.count
        #expect(count > 30 && count < 110)
    }

    @Test("fails with a text when the file cannot be written")
    func unwritable() async throws {
        let live = try Live(seconds: 1)
        try "x".write(toFile: folder.path + "/a", atomically: false, encoding: .utf8)
        let recorder = Recorder(
            Recorder.Configuration(
                plan: plan(),
                path: folder.path + "/a/b.mp4",
                history: live.history,
                inputs: live.inputs,
                now: { live.now },
                sleep: { live.pass($0) },
                unixNanoseconds: { $0.nanoseconds },
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            )
        )
        recorder.finish(at: Live.origin + .seconds(1))
        let event = await withCheckedContinuation { continuation in
            recorder.start(at: Live.origin) { continuation.resume(returning: $0) }
        }
        guard case .failed(let failure, nil) = event else {
            Issue.record("written: \(event)")
            return
        }
        #expect(failure.code == 500 && failure.text.hasPrefix("the recording cannot be written"))
    }
}
