import Media
import MediaWire
import TestKit
import Testing

@Suite("Streams described by whoever sends them")
struct StreamDescriptionTests {
    @Test(
        "Sound is decoded by the description of its encoder's header",
        arguments: [
            AudioEncoderConfiguration.Format.aac, .opus,
        ]
    )
    func sound(format: AudioEncoderConfiguration.Format) throws {
        let layout = AudioLayout(sampleRate: format == .aac ? 44_100 : 48_000, channels: 2)
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: format, layout: layout))
        let description = StreamDescription(
            codecName: format.rawValue,
            header: encoder.parameters.extradata,
            timescale: 1_000_000_000
        )
        var decoder = try AudioDecoder(parameters: StreamParameters(description))
        #expect(decoder.sourceLayout == nil)
        let tone = ToneProbe.sine(500, amplitude: 0.4, sampleRate: layout.sampleRate, start: 0, count: 44_100)
        let sound = AudioFrame(samples: tone + tone, channels: 2, sampleRate: layout.sampleRate)
        var samples: [Float] = []
        for packet in try encoder.encode(sound) {
            for frame in try decoder.decode(packet.data, pts: MediaTime(value: 0, timescale: 1_000_000_000)) {
                frame.withSamples(0) { samples += Array($0) }
            }
        }
        #expect(decoder.sourceLayout == layout)
        #expect(abs(ToneProbe.amplitude(of: 500, in: samples[9_600..<38_400], sampleRate: 48_000) - 0.4) < 0.02)
    }

    @Test("Pictures are decoded with their header apart or inside them", arguments: [true, false])
    func pictures(hasHeader: Bool) throws {
        var configuration = VideoEncoderConfiguration(
            format: .h264(.main),
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 800_000
        )
        configuration.isLowLatency = !hasHeader
        var encoder = try VideoEncoder(configuration)
        let header = hasHeader ? encoder.parameters.extradata : []
        let description = StreamDescription(codecName: "h264", header: header, timescale: 30)
        var decoder = try VideoDecoder(parameters: StreamParameters(description))
        var packets = try encoder.encode(TestPattern(id: 1, width: 320, height: 180).frame(8), pts: 0)
        packets += try encoder.flush()
        var frames: [VideoFrame] = []
        for packet in packets { frames += try decoder.decode(packet.data, pts: MediaTime(value: 0, timescale: 30)) }
        frames += decoder.flush()
        #expect(frames.compactMap { TestPattern.label(of: $0)?.number } == [8])
        #expect(frames.first?.sampleAspect ?? (0, 0) == (1, 1))
        #expect(frames.first?.isInterlaced == false)
    }

    static let nonsense: [(StreamDescription, MediaError.Code)] = [
        (StreamDescription(codecName: "nosuch", timescale: 1), .unsupported),
        (StreamDescription(codecName: "h264", timescale: 0), .invalidData),
        (StreamDescription(codecName: "h264", timescale: 1, width: -4), .invalidData),
        (StreamDescription(codecName: "h264", timescale: 1, width: 100_000, height: 2), .invalidData),
        (StreamDescription(codecName: "aac", timescale: 1, sampleRate: 9_000_000), .invalidData),
        (StreamDescription(codecName: "aac", timescale: 1, channels: 1_000), .invalidData),
        (StreamDescription(codecName: "aac", header: .init(repeating: 0, count: 1 << 20), timescale: 1), .invalidData),
    ]

    @Test("Numbers that no stream has are refused", arguments: nonsense.indices)
    func refused(index: Int) {
        let (description, code) = Self.nonsense[index]
        let error = #expect(throws: MediaError.self) { try StreamParameters(description) }
        #expect(error?.code == code)
    }
}

@Suite("Encoders of live pictures")
struct LiveEncoderTests {
    @Test(
        "Pictures at any times keep their times, and the rate is kept by them",
        arguments: [VideoEncoderConfiguration.Format.h264(.baseline), .vp8, .vp9]
    )
    func unevenTimes(format: VideoEncoderConfiguration.Format) throws {
        var configuration = VideoEncoderConfiguration(
            format: format,
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 500_000
        )
        configuration.timescale = 90_000
        configuration.isLowLatency = true
        configuration.keyFrameInterval = 1
        configuration.hasSceneCut = false
        configuration.isConstantRate = format == .vp8 || format == .vp9
        var encoder = try VideoEncoder(configuration)
        let pattern = TestPattern(id: 6, width: 320, height: 180)
        // 15 pictures a second, one of three a little late.
        let times = (0..<45).map { Int64($0) * 6_000 + ($0 % 3 == 0 ? 500 : 0) }
        var packets: [EncodedPacket] = []
        for (number, time) in times.enumerated() { packets += try encoder.encode(pattern.frame(number), pts: time) }
        #expect(packets.map(\.pts) == times)
        #expect(packets.allSatisfy { $0.timescale == 90_000 })
        #expect(packets.enumerated().filter { $0.element.isKeyFrame }.map(\.offset) == [0, 15, 30])
    }

    @Test("A timescale nobody can count by is refused", arguments: [0, -1, Int32.max])
    func timescale(_ timescale: Int32) {
        var configuration = VideoEncoderConfiguration(
            format: .vp8,
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 500_000
        )
        configuration.timescale = timescale
        #expect(throws: MediaError.self) { _ = try VideoEncoder(configuration) }
    }
}
