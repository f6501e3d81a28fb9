import Foundation
import LiveKitProtocol
import Media
import MediaWire
import Storage
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

    private static let output = OutputPlan(
        kind: .file(FilePlan(format: .mp4, path: "a.mp4")),
        video: VideoPlan(profile: .main, width: 640, height: 360, framerate: 30, bitrate: 1500),
        audio: AudioPlan(format: .aac, bitrate: 128, frequency: 44_100),
        storage: .local,
        writesManifest: false
    )

    private static func wiring(of output: OutputPlan) -> OutputWiring {
        OutputWiring(
            output: output,
            video: output.video.map { .video($0) },
            audio: output.audio.map { .audio($0) }
        )
    }

    /// Records `seconds` of what `live` sends into one file.
    private func record(_ output: OutputPlan, _ live: Live, seconds: Int) async throws -> Livekit_FileInfo {
        let take = try await Take.record([Self.wiring(of: output)], live, seconds: seconds, folder: folder.path)
        #expect(take.failures.isEmpty)
        return try #require(take.files.last)
    }

    @Test("keeps beep and flash within 40 ms, though sound and picture take different ways, and the length to a frame")
    func beepAndFlash() async throws {
        let seconds = 8
        let live = try Live(seconds: seconds)
        let file = try await record(Self.output, live, seconds: seconds)
        #expect(abs(file.duration - Int64(seconds) * 1_000_000_000) < 50_000_000)
        #expect(file.startedAt == Live.origin.nanoseconds && file.size > 1000)

        let decoded = try DecodedFile(path: file.location)
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
        let file = try await record(Self.output, live, seconds: 3)
        let numbers = try DecodedFile(path: file.location).labels.compactMap { $0?.number }
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
        let file = try await record(Self.output, empty, seconds: 2)
        #expect(abs(file.duration - 2_000_000_000) < 50_000_000)
        var soundAlone = Self.output
        soundAlone.video = nil
        let sound = try await record(soundAlone, try Live(seconds: 2), seconds: 2)
        #expect(abs(sound.duration - 2_000_000_000) < 50_000_000)
    }

    @Test("keeps its pace when time runs away: the length stays, pictures are left out")
    func slowEncoder() async throws {
        let live = try Live(seconds: 4, costOfLooking: .milliseconds(60))
        let file = try await record(Self.output, live, seconds: 4)
        #expect(abs(file.duration - 4_000_000_000) < 100_000_000)
        let count = try DecodedFile(path: file.location).pictures.count
        #expect(count > 30 && count < 110)
    }

    @Test("tells how many frames were left out, if they are many")
    func framesLeftOut() async throws {
        let wiring = Self.wiring(of: Self.output)
        let slow = try Live(seconds: 4, costOfLooking: .milliseconds(60))
        let take = try await Take.record([wiring], slow, seconds: 4, folder: folder.path)
        let count = try DecodedFile(path: try #require(take.files.last).location).pictures.count
        let note = try #require(take.notes.first)
        let numbers = note.split(separator: " ").compactMap { Int($0) }
        #expect(
            note.hasPrefix("too busy to encode: ") && numbers.count == 2 && (120...122).contains(numbers[1]),
            "\(note)"
        )
        #expect(numbers[0] + count == numbers[1], "\(count) frames are there; \(note)")
        let fast = try await Take.record([wiring], try Live(seconds: 1), seconds: 1, folder: folder.path)
        #expect(fast.notes.isEmpty)
    }

    @Test(
        "goes on with more threads when frames pile up: no break in the stream, key frames only where they may stand",
        arguments: [nil, 2.0]
    )
    func moreThreads(keyFrameInterval: Double?) async throws {
        var output = Self.output
        output.video?.keyFrameInterval = keyFrameInterval
        let wiring = Self.wiring(of: output)
        let live = try Live(seconds: 9, costOfLooking: .milliseconds(45))
        let captured = CapturingOutput()
        let take = try await Take.record(
            [wiring, wiring],
            live,
            seconds: 9,
            folder: folder.path,
            outputs: [captured],
            cores: 4
        )
        let video = captured.content.video
        #expect(zip(video.dropFirst(), video).allSatisfy { $0.dts > $1.dts })
        #expect(video.allSatisfy { $0.dts <= $0.pts })
        // Two changes: to two threads, to four.
        let keys = video.filter(\.isKeyFrame).map(\.pts)
        if keyFrameInterval != nil {
            #expect(keys.count == 5)
            #expect(keys.enumerated().allSatisfy { (0..<10).contains($1 - Int64($0) * 60) }, "\(keys)")
        } else {
            let single = CapturingOutput()
            let slow = try Live(seconds: 9, costOfLooking: .milliseconds(45))
            _ = try await Take.record([wiring], slow, seconds: 9, folder: folder.path, outputs: [single], cores: 1)
            let before = single.content.video.filter(\.isKeyFrame).count
            #expect(keys.count == before + 2, "\(keys), and \(before) with one thread")
        }
        let decoded = try DecodedFile(path: try #require(take.files.last).location)
        #expect(decoded.pictures.count == video.count)
        let numbers = decoded.labels.compactMap { $0?.number }
        #expect(numbers.count == video.count && numbers == numbers.sorted())
    }

    @Test("fails with a text when the file cannot be written")
    func unwritable() async throws {
        let live = try Live(seconds: 1)
        try "x".write(toFile: folder.path + "/work", atomically: false, encoding: .utf8)
        var output = Self.output
        output.audio = nil
        let wiring = OutputWiring(output: output, video: output.video.map { .video($0) })
        let take = try await Take.record([wiring], live, seconds: 1, folder: folder.path)
        #expect(take.files.allSatisfy { $0.size == 0 })
        #expect(take.failures.first?.code == 500)
    }
}
