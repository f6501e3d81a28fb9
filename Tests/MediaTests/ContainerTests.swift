import Foundation
import MediaWire
import TestKit
import Testing

@testable import Media

@Suite("Containers")
struct ContainerTests {
    /// A container and what is in it.
    struct Case: Sendable, CustomTestStringConvertible {
        var format: MuxerFormat
        var video: VideoEncoderConfiguration.Format?
        var audio: AudioEncoderConfiguration.Format?
        var isLive = false

        var testDescription: String {
            let parts = [format.name, video.map { "\($0)" }, audio?.rawValue, isLive ? "as sent" : nil]
            return parts.compactMap { $0 }.joined(separator: " ")
        }
    }

    static let fragmented = MuxerFormat.fragmentedMP4(fragmentDuration: .milliseconds(200))

    static let cases: [Case] = [
        Case(format: .ogg, audio: .opus),
        Case(format: .ogg, audio: .opus, isLive: true),
        Case(format: .mp3, audio: .mp3),
        Case(format: .webm, audio: .opus),
        Case(format: .webm, video: .vp8, audio: .opus, isLive: true),
        Case(format: .webm, video: .vp9, audio: .opus, isLive: true),
        Case(format: .webm, video: .vp8),
        Case(format: .mkv, video: .h264(.main), audio: .aac),
        Case(format: .mkv, video: .h264(.main), audio: .opus, isLive: true),
        Case(format: .mkv, video: .vp8, audio: .mp3),
        Case(format: .mpegTS, video: .h264(.main), audio: .aac),
        Case(format: .mpegTS, video: .h264(.baseline), audio: .opus, isLive: true),
        Case(format: fragmented, video: .h264(.main), audio: .opus),
        Case(format: fragmented, video: .h264(.baseline), audio: .opus, isLive: true),
        Case(format: fragmented, audio: .aac),
        Case(format: .mp4, video: .h264(.baseline), audio: .opus, isLive: true),
    ]

    @Test("Everything is read back, in step and with its length", arguments: cases)
    func readBack(_ item: Case) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        try EncodedMaterial(video: item.video, audio: item.audio, isLive: item.isLive).write(
            to: path,
            format: item.format
        )
        let decoded = try DecodedMaterial(path: path)
        if item.video != nil { #expect(decoded.numbers == Array(0..<90)) }
        if item.audio != nil {
            #expect(decoded.beeps.count >= 2)
            #expect(abs(Double(decoded.samples.count) / 48_000 - 3) < 0.08)
        }
        if item.video != nil, item.audio != nil {
            #expect(decoded.offsets.count >= 2 && decoded.offsets.allSatisfy { abs($0) < 0.012 }, "\(decoded.offsets)")
        }
        let duration = try MediaProbe.summary(of: path).duration.inSeconds
        #expect(abs(duration - 3) < 0.08, "\(duration) s")
    }

    @Test(
        "What a killed writer leaves plays up to a second before the end",
        arguments: cases.filter { $0.format != .mp4 }
    )
    func killed(_ item: Case) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a")
        let material = try EncodedMaterial(video: item.video, audio: item.audio, seconds: 5, isLive: item.isLive)
        try material.write(to: path, format: item.format, isFinished: false)
        let decoded = try DecodedMaterial(path: path)
        if item.video != nil {
            #expect(decoded.numbers.count >= 120)
            // Of the last ones some may show before others that are lost.
            let count = decoded.numbers.count - 3
            #expect(Array(decoded.numbers.prefix(count)) == Array(0..<count))
        }
        if item.audio != nil { #expect(decoded.samples.count >= 4 * 48_000) }
    }

    @Test("A file cut off at any byte plays from its start", arguments: cases.filter { $0.format != .mp4 })
    func truncated(_ item: Case) throws {
        let folder = try TemporaryFolder()
        let (path, cut) = (folder.file("a"), folder.file("b"))
        let material = try EncodedMaterial(video: item.video, audio: item.audio, isLive: item.isLive)
        try material.write(to: path, format: item.format, isFinished: false)
        let whole = try Data(contentsOf: URL(fileURLWithPath: path))
        var random = SeededGenerator(seed: 7)
        for _ in 0..<8 {
            // Later than the first second, whose end a header of the container may still wait for.
            let length = Int.random(in: whole.count / 2..<whole.count, using: &random)
            try whole.prefix(length).write(to: URL(fileURLWithPath: cut))
            // Not every player takes half a fragment.
            if item.format == Self.fragmented { _ = try Remuxer.faststart(from: cut, to: cut) }
            let decoded = try DecodedMaterial(path: cut)
            let share = Double(length) / Double(whole.count) * 3 - 1.2
            if item.video != nil {
                let numbers = decoded.numbers
                #expect(Double(numbers.count) > share * 30 * 0.6, "\(length) of \(whole.count)")
                // The picture that is cut in two may come out damaged.
                #expect(Array(numbers.dropLast(2)) == Array(0..<max(0, numbers.count - 2)))
            } else {
                #expect(Double(decoded.samples.count) > share * 48_000, "\(length) of \(whole.count)")
            }
        }
    }

    @Test("Packets that share a tick of the container are kept")
    func sharedTicks() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mkv")
        var muxer = try Muxer(path: path, format: .mkv, video: nil, audio: .opus(channels: 2))
        for number in 0..<10 {
            let packet = EncodedPacket(
                data: [0xFC, 0xFF, 0xFE],
                pts: Int64(number * 20),
                dts: Int64(number * 20),
                duration: 20,
                timescale: 48_000,
                isKeyFrame: true
            )
            try muxer.write(packet, to: .audio)
        }
        try muxer.finish()
        var demuxer = try Demuxer(path: path)
        var count = 0
        while try demuxer.next() != nil { count += 1 }
        #expect(count == 10)
    }

    @Test("A packet without a duration gets the time to the next, Opus its own")
    func durations() {
        func packet(_ time: Int64, _ duration: Int64 = 0, data: [UInt8] = [1]) -> EncodedPacket {
            EncodedPacket(data: data, pts: time, dts: time, duration: duration, timescale: 48_000, isKeyFrame: true)
        }
        var pictures = PacketDurations(codec: .vp8)
        #expect(pictures.complete(with: packet(0)) == nil)
        #expect(pictures.complete(with: packet(7)) == packet(0, 7))
        #expect(pictures.complete(with: packet(9, 100)) == packet(7, 2))
        #expect(pictures.complete(with: packet(120)) == packet(9, 100))
        #expect(pictures.flush() == packet(120, 100))
        #expect(pictures.flush() == nil)
        var known = PacketDurations(codec: .vp8)
        #expect(known.complete(with: packet(0, 3)) == packet(0, 3))
        var sound = PacketDurations(codec: .opus)
        // 20 ms of CELT (RFC 6716 table 2).
        #expect(sound.complete(with: packet(0, 0, data: [0xFC])) == packet(0, 960, data: [0xFC]))
    }

    @Test("Parameter sets are found in a key frame, and only there")
    func parameterSets() throws {
        let material = try EncodedMaterial(video: .h264(.main), audio: nil, seconds: 0.2, isLive: true)
        let parameters = try #require(material.video)
        #expect(parameters.codec == .h264 && parameters.width == 320 && parameters.extradata.count > 12)
        #expect(StreamParameters.h264(width: 320, height: 180, keyFrame: material.packets[1].packet.data) == nil)
        #expect(StreamParameters.h264(width: 320, height: 180, keyFrame: []) == nil)
    }
}
