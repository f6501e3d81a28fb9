import Media
import MediaWire
import TestKit
import Testing

@Suite("Video codecs")
struct VideoCodecTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var format: VideoEncoderConfiguration.Format
        var codec: Codec
        var width = 320
        var height = 180
        var isLowLatency = true
        var testDescription: String { "\(format) \(width)×\(height), low latency \(isLowLatency)" }
    }

    static let cases: [Case] = [
        Case(format: .h264(.baseline), codec: .h264),
        Case(format: .h264(.main), codec: .h264, isLowLatency: true),
        Case(format: .h264(.high), codec: .h264, width: 640, height: 362),
        Case(format: .vp8, codec: .vp8),
        Case(format: .vp8, codec: .vp8, width: 426, height: 240),
        Case(format: .vp9, codec: .vp9),
    ]

    @Test("A picture comes back with its content, in the call it went in with", arguments: cases)
    func roundTrip(_ item: Case) throws {
        var configuration = VideoEncoderConfiguration(
            format: item.format,
            width: item.width,
            height: item.height,
            framesPerSecond: 30,
            bitrate: 1_500_000
        )
        configuration.isLowLatency = item.isLowLatency
        var encoder = try VideoEncoder(configuration)
        var decoder = try VideoDecoder(codec: item.codec)
        let pattern = TestPattern(id: 3, width: item.width, height: item.height)
        for number in 0..<12 {
            let original = pattern.frame(number)
            let packets = try encoder.encode(original, pts: Int64(number))
            #expect(packets.count == 1)
            #expect(packets.first?.isKeyFrame == (number == 0))
            for packet in packets {
                let pts = MediaTime(value: packet.pts * 3_000, timescale: 90_000)
                let frames = try decoder.decode(packet.data, pts: pts)
                #expect(frames.count == 1)
                for frame in frames {
                    #expect(frame.pts == MediaTime(value: Int64(number) * 3_000, timescale: 90_000))
                    #expect(similarity(frame, original) > 0.9)
                    #expect(TestPattern.label(of: frame) == TestPattern.Label(id: 3, number: number))
                }
            }
        }
    }

    @Test("Reordered H.264 comes back complete and in order of showing")
    func reordered() throws {
        let configuration = VideoEncoderConfiguration(
            format: .h264(.main),
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 1_000_000
        )
        var encoder = try VideoEncoder(configuration)
        let pattern = TestPattern(id: 1, width: 320, height: 180)
        var packets: [EncodedPacket] = []
        for number in 0..<30 { packets += try encoder.encode(pattern.frame(number), pts: Int64(number)) }
        packets += try encoder.flush()
        #expect(packets.count == 30)
        #expect(packets.contains { $0.pts != $0.dts })
        var decoder = try VideoDecoder(parameters: encoder.parameters)
        var frames: [VideoFrame] = []
        for packet in packets {
            frames += try decoder.decode(packet.data, pts: MediaTime(value: packet.pts, timescale: packet.timescale))
        }
        frames += decoder.flush()
        #expect(frames.compactMap { TestPattern.label(of: $0)?.number } == Array(0..<30))
        #expect(frames.compactMap { $0.pts?.value } == Array(0..<30))
    }

    @Test("A key frame comes when it is asked for and at multiples of the set time")
    func keyFrames() throws {
        var configuration = VideoEncoderConfiguration(
            format: .h264(.main),
            width: 160,
            height: 96,
            framesPerSecond: 10,
            bitrate: 300_000
        )
        configuration.isLowLatency = true
        configuration.hasSceneCut = false
        configuration.keyFrameInterval = 2
        var encoder = try VideoEncoder(configuration)
        let pattern = TestPattern(id: 0, width: 160, height: 96)
        var keys: [Int] = []
        for number in 0..<36 {
            if number == 7 { encoder.forceKeyFrame() }
            let packets = try encoder.encode(pattern.frame(number), pts: Int64(number))
            if packets.contains(where: \.isKeyFrame) { keys.append(number) }
        }
        #expect(keys == [0, 7, 20])
    }

    @Test("The picture's size may change between key frames", arguments: [Codec.vp8, .h264])
    func resolutionChange(codec: Codec) throws {
        var decoder = try VideoDecoder(codec: codec)
        var sizes: [Int] = []
        for (width, height) in [(320, 180), (640, 360), (160, 90)] {
            var configuration = VideoEncoderConfiguration(
                format: codec == .vp8 ? .vp8 : .h264(.baseline),
                width: width,
                height: height,
                framesPerSecond: 30,
                bitrate: 800_000
            )
            configuration.isLowLatency = true
            var encoder = try VideoEncoder(configuration)
            let pattern = TestPattern(id: 2, width: width, height: height)
            for number in 0..<3 {
                for packet in try encoder.encode(pattern.frame(number), pts: Int64(number)) {
                    let frames = try decoder.decode(packet.data, pts: MediaTime(value: packet.pts, timescale: 30))
                    sizes += frames.map(\.width)
                    #expect(frames.allSatisfy { $0.height == height })
                }
            }
        }
        #expect(sizes == [320, 320, 320, 640, 640, 640, 160, 160, 160])
    }

    @Test("Rubbish is an error of its packet and the next key frame is decoded", arguments: [Codec.vp8, .vp9, .h264])
    func damage(codec: Codec) throws {
        var configuration = VideoEncoderConfiguration(
            format: codec == .vp8 ? .vp8 : codec == .vp9 ? .vp9 : .h264(.main),
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 500_000
        )
        configuration.isLowLatency = true
        var encoder = try VideoEncoder(configuration)
        var decoder = try VideoDecoder(codec: codec)
        var generator = SystemRandomNumberGenerator()
        for size in [0, 1, 3, 10, 500] {
            let rubbish = (0..<size).map { _ in UInt8.random(in: 0...255, using: &generator) }
            // Whether a given rubbish is noticed is the codec's luck; it must neither crash nor end the stream.
            _ = try? decoder.decode(rubbish, pts: MediaTime(value: 0, timescale: 90_000))
        }
        #expect(throws: MediaError.self) { try decoder.decode([], pts: MediaTime(value: 0, timescale: 90_000)) }
        let original = TestPattern(id: 5, width: 320, height: 180).frame(9)
        let packet = try #require(try encoder.encode(original, pts: 0).first)
        let frames = try decoder.decode(packet.data, pts: MediaTime(value: 1, timescale: 90_000))
        #expect(frames.last.map { similarity($0, original) > 0.9 } == true)
    }

    @Test("A stream that claims a huge picture is refused")
    func hugePicture() throws {
        var decoder = try VideoDecoder(codec: .vp8)
        // A VP8 key frame's header (RFC 6386 §9.1) of 16383 × 16383.
        let header: [UInt8] = [0x10, 0x02, 0x00, 0x9D, 0x01, 0x2A, 0xFF, 0x3F, 0xFF, 0x3F]
        #expect(throws: MediaError.self) {
            try decoder.decode(header + [UInt8](repeating: 0, count: 64), pts: MediaTime(value: 0, timescale: 90_000))
        }
    }

    @Test(
        "AV1 and H.265 out of the ffmpeg program are decoded",
        arguments: [("libaom-av1", "mkv"), ("libx265", "mp4")]
    )
    func decodeOnly(encoder: String, container: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.\(container)")
        try SystemProgram.run(
            "ffmpeg",
            ["-v", "error", "-f", "lavfi", "-i", "color=c=white:s=160x96:r=10:d=0.5", "-c:v", encoder]
                + (encoder == "libaom-av1"
                    ? ["-cpu-used", "8", "-usage", "realtime"] : ["-x265-params", "log-level=none"])
                + ["-y", path]
        )
        var demuxer = try Demuxer(path: path)
        let video = demuxer.first(.video)
        let stream = try #require(video)
        var decoder = try VideoDecoder(parameters: stream.parameters)
        var frames: [VideoFrame] = []
        while let packet = try demuxer.next() {
            let pts = MediaTime(value: packet.content.pts, timescale: packet.content.timescale)
            frames += try decoder.decode(packet.content.data, pts: pts)
        }
        frames += decoder.flush()
        #expect(frames.count == 5)
        #expect(frames.allSatisfy { FrameProbe.meanLuma($0) > 230 && $0.width == 160 })
    }

    @Test(
        "Pictures of other layouts and depths come out as I420",
        arguments: ["yuv444p", "yuv420p10le", "yuv422p", "yuvj420p"]
    )
    func pixelFormats(format: String) throws {
        let folder = try TemporaryFolder()
        let path = folder.file("a.mp4")
        try SystemProgram.run(
            "ffmpeg",
            [
                "-v", "error", "-f", "lavfi", "-i", "color=c=0xC04020:s=160x96:r=10:d=0.3", "-c:v", "libx264",
                "-pix_fmt",
                format, "-y", path,
            ]
        )
        var demuxer = try Demuxer(path: path)
        let video = demuxer.first(.video)
        var decoder = try VideoDecoder(parameters: #require(video).parameters)
        var frames: [VideoFrame] = []
        while let packet = try demuxer.next() {
            frames += try decoder.decode(
                packet.content.data,
                pts: MediaTime(value: packet.content.pts, timescale: 90_000)
            )
        }
        frames += decoder.flush()
        let frame = try #require(frames.first)
        let color = frame.withPlanes { FrameProbe.meanColor($0, area: FrameArea(x: 40, y: 40, width: 40, height: 40)) }
        let mean = try #require(color, "the area lies inside")
        // The colour in BT.601: 0.299·192 + 0.587·64 + 0.114·32 = 98.6 of 255.
        let luma = frame.color.isFullRange ? 98.6 : 16 + 98.6 * 219 / 255
        #expect(abs(mean.y - luma) < 3)
        #expect(mean.u < 110 && mean.v > 165)
        #expect(frame.color.isFullRange == (format == "yuvj420p"))
    }

    @Test("Settings that make no sense are refused with the value", arguments: [(321, 180), (0, 0), (16_384, 16_384)])
    func refusedSizes(width: Int, height: Int) {
        let configuration = VideoEncoderConfiguration(
            format: .h264(.main),
            width: width,
            height: height,
            framesPerSecond: 30,
            bitrate: 1_000_000
        )
        let error = #expect(throws: MediaError.self) { _ = try VideoEncoder(configuration) }
        #expect(error?.message.contains("\(width)×\(height)") == true)
        #expect(error?.code == .invalidConfiguration)
    }
}

func similarity(_ first: VideoFrame, _ second: VideoFrame) -> Double {
    first.withPlanes { a in second.withPlanes { b in FrameProbe.structuralSimilarity(a, b) } }
}
