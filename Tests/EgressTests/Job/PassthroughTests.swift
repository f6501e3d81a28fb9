import LiveKitProtocol
import Media
import MediaWire
import RoomClient
import Storage
import TestKit
import Testing

@testable import Egress

/// Samples in, packets and files out.
@Suite("What is written as it comes", .timeLimit(.minutes(1)))
struct PassthroughTests {
    private static let origin = Live.origin

    /// Opus packets of 20 ms; `arrival` is where each belongs.
    private func opus(seconds: Double) throws -> [EncodedSample] {
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: .opus, bitrate: 64_000))
        var packets: [EncodedPacket] = []
        for block in 0..<Int64(seconds * 50) {
            let tone = ToneProbe.sine(440, amplitude: 0.5, sampleRate: 48_000, start: block * 960, count: 960)
            packets += try encoder.encode(AudioFrame(samples: tone + tone, channels: 2, sampleRate: 48_000))
        }
        return packets.enumerated().map { index, packet in
            EncodedSample(
                codec: .opus,
                data: packet.data,
                isKeyFrame: true,
                timestamp: Int64(index) * 960,
                clockRate: 48_000,
                arrival: Self.origin + .milliseconds(index * 20)
            )
        }
    }

    /// Pictures as a publisher sends them: parameter sets in the key frames, no look-ahead.
    private func pictures(_ format: VideoEncoderConfiguration.Format, _ codec: Codec, count: Int) throws
        -> [EncodedSample]
    {
        var configuration = VideoEncoderConfiguration(
            format: format,
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 400_000
        )
        configuration.isLowLatency = true
        var encoder = try VideoEncoder(configuration)
        let pattern = TestPattern(id: 1, width: 320, height: 180)
        return try (0..<count).flatMap { try encoder.encode(pattern.frame($0), pts: Int64($0)) }.map { packet in
            EncodedSample(
                codec: codec,
                data: packet.data,
                isKeyFrame: packet.isKeyFrame,
                timestamp: packet.pts * 3000,
                clockRate: 90_000,
                arrival: Self.origin + .nanoseconds(packet.pts * 1_000_000_000 / 30),
                width: packet.isKeyFrame ? 320 : nil,
                height: packet.isKeyFrame ? 180 : nil
            )
        }
    }

    private func item(_ sample: EncodedSample) -> AudioTrack.Item {
        AudioTrack.Item(sample: sample, time: sample.arrival)
    }

    private func wiring(_ format: FilePlan.Format, video: Bool, audio: Bool) -> OutputWiring {
        OutputWiring(
            output: OutputPlan(
                kind: .file(FilePlan(format: format, path: "a")),
                video: nil,
                audio: nil,
                storage: .local,
                writesManifest: false
            ),
            video: video ? .asSent(.video) : nil,
            audio: audio ? .asSent(.audio) : nil
        )
    }

    private func live(_ sound: [EncodedSample], _ pictures: [EncodedSample]) throws -> Live {
        let live = try Live(seconds: 0)
        let track = AudioTrack(place: { $0.arrival }, soundReceived: { _ in })
        for sample in sound { track.receive(sample) }
        live.inputs.pass(track)
        let passing = PassingTrack(place: { $0.arrival }, arrived: { _ in }, needsKeyFrame: {})
        for sample in pictures { passing.receive(sample) }
        live.inputs.pass(passing)
        return live
    }

    @Test("has the bytes of its samples, and the times of the session")
    func identity() async throws {
        let folder = try TemporaryFolder()
        let (sound, pictures) = (try opus(seconds: 3), try pictures(.h264(.baseline), .h264, count: 90))
        let output = CapturingOutput()
        let take = try await Take.record(
            [wiring(.mp4, video: true, audio: true)],
            try live(sound, pictures),
            seconds: 3,
            folder: folder.path,
            outputs: [output]
        )
        #expect(take.failures.isEmpty)
        let content = output.content
        #expect(content.starts == 1 && content.finishedAt == 3)
        #expect(content.videoParameters?.codec == .h264 && content.videoParameters?.width == 320)
        #expect(content.audioParameters?.codec == .opus)
        #expect(content.video.map(\.data) == pictures.map(\.data))
        #expect(content.video.map(\.isKeyFrame) == pictures.map(\.isKeyFrame))
        #expect(content.video.enumerated().allSatisfy { abs($1.pts - Int64($0) * 3000) <= 1 })
        #expect(content.audio.filter { $0.data.count > 1 }.map(\.data) == sound.map(\.data))
        #expect(content.audio.enumerated().allSatisfy { $1.pts == Int64($0) * 960 - 312 })
    }

    @Test(
        "is in the file as it was sent",
        arguments: [(Codec.h264, FilePlan.Format.mp4), (.h264, .mkv), (.vp8, .webm), (.vp9, .webm)]
    )
    func files(codec: Codec, format: FilePlan.Format) async throws {
        let folder = try TemporaryFolder()
        let encoder: VideoEncoderConfiguration.Format =
            codec == .h264 ? .h264(.baseline) : codec == .vp8 ? .vp8 : .vp9
        let (sound, pictures) = (try opus(seconds: 2), try pictures(encoder, codec, count: 60))
        let take = try await Take.record(
            [wiring(format, video: true, audio: true)],
            try live(sound, pictures),
            seconds: 2,
            folder: folder.path
        )
        #expect(take.failures.isEmpty)
        let file = try #require(take.files.last)
        #expect(abs(file.duration - 2_000_000_000) < 100_000_000)
        let packets = try self.packets(of: file.location)
        let heard = packets.audio.map(\.data).filter { $0.count > 1 }
        // An MP4's edit list is that of the recording, and FFmpeg's reader leaves out a packet that lies outside of it.
        let left = format == .mp4 ? sound.count - heard.count : 0
        #expect((0...1).contains(left), "\(heard.count) of \(sound.count) packets")
        let all = sound.map(\.data)
        let isWhole = heard.elementsEqual(all.dropFirst(left)) || heard.elementsEqual(all.dropLast(left))
        #expect(isWhole)
        #expect(packets.video.count == pictures.count)
        if codec != .h264 { #expect(packets.video.map(\.data) == pictures.map(\.data)) }
        #expect(try DecodedFile(path: file.location).labels.compactMap { $0?.number } == Array(0..<60))
    }

    @Test("is an Ogg as long as what it records, with a header alone for each packet that is missing")
    func ogg() async throws {
        let folder = try TemporaryFolder()
        var sound = try opus(seconds: 4)
        // Muted for a second and a half.
        sound.removeSubrange(60..<135)
        let take = try await Take.record(
            [wiring(.ogg, video: false, audio: true)],
            try live(sound, []),
            seconds: 4,
            folder: folder.path
        )
        let file = try #require(take.files.last)
        #expect(take.failures.isEmpty && file.location.hasSuffix("/a.ogg"))
        #expect(abs(file.duration - 4_000_000_000) < 50_000_000)
        let packets = try self.packets(of: file.location).audio
        #expect(packets.map(\.data).filter { $0.count > 1 } == sound.map(\.data))
        #expect(packets.filter { $0.data.count == 1 }.count == 75)
    }

    @Test("stays within 40 ms of the session's clock when that moves, and never goes back")
    func drift() throws {
        var passing = PassingSound(origin: Self.origin)
        let samples = try opus(seconds: 4)
        var last = Int64.min
        for (index, sample) in samples.enumerated() {
            // A clock that runs 1 % fast, then 1 % slow.
            let wanted = Double(index) * 20 * (index < 100 ? 1.01 : 0.99) + (index < 100 ? 0 : 40)
            let time = Self.origin + .nanoseconds(Int64(wanted * 1e6))
            for packet in passing.packets(of: AudioTrack.Item(sample: sample, time: time)) {
                #expect(packet.pts > last)
                last = packet.pts
                guard packet.data.count > 1 else { continue }
                #expect(abs(Double(packet.pts + 312) / 48 - wanted) <= 41)
            }
        }
        let late = passing.packets(of: item(samples[0]))
        #expect(late.isEmpty, "what is long past has no place any more")
    }

    @Test("begins with a key frame, is closed after a loss, and stands when the codec changes")
    func gate() throws {
        var samples = try pictures(.vp8, .vp8, count: 20)
        samples[5].isIntact = false
        let requests = Counter()
        let track = PassingTrack(place: { $0.arrival }, arrived: { _ in }, needsKeyFrame: { requests.add() })
        for sample in samples.dropFirst() { track.receive(sample) }
        #expect(track.take(before: Self.origin + .seconds(9)).isEmpty && requests.value == 19)
        for sample in samples { track.receive(sample) }
        let items = track.take(before: Self.origin + .seconds(9))
        #expect(items.map(\.sample.data) == samples.prefix(5).map(\.data))

        var passing = PassingPictures(origin: Self.origin)
        let packets = [1, 0, 0].map { passing.packet(of: item(samples[$0]))?.pts }
        #expect(packets == [nil, 0, 1], "the first is no key frame, and times rise")
        var other = samples[0]
        other.codec = .h264
        let refused = passing.packet(of: item(other))
        #expect(refused == nil)
        #expect(passing.refusal == PassingPictures.Refusal(expected: .vp8, got: .h264))
    }

    private func packets(of path: String) throws -> (video: [EncodedPacket], audio: [EncodedPacket]) {
        var demuxer = try Demuxer(path: path)
        let video = demuxer.first(.video)?.index
        var packets: (video: [EncodedPacket], audio: [EncodedPacket]) = ([], [])
        while let packet = try demuxer.next() {
            if packet.stream == video {
                packets.video.append(packet.content)
            } else {
                packets.audio.append(packet.content)
            }
        }
        return packets
    }
}
