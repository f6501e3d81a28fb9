import Media
import MediaWire
import TestKit

/// Beeps and flashes in a choice of codecs, in the order in which encoders make the packets.
struct EncodedMaterial {
    var video: StreamParameters?
    var audio: StreamParameters?
    private(set) var packets: [(kind: MediaKind, packet: EncodedPacket)] = []

    static let width = 320
    static let height = 180

    /// - Parameter isLive: pictures as a publisher sends them: no reordering, parameter sets in the packets, a 90 kHz clock and no
    ///   durations; both kinds described by hand rather than by their encoder.
    init(
        video format: VideoEncoderConfiguration.Format?,
        audio sound: AudioEncoderConfiguration.Format?,
        seconds: Double = 3,
        keyFrameInterval: Double = 1,
        isLive: Bool = false
    ) throws {
        if let format { try encode(format, seconds, keyFrameInterval, isLive) }
        if let sound { try encode(sound, seconds, isLive) }
        // As encoders would have made them, pictures a little late.
        packets.sort { Self.order($0) < Self.order($1) }
    }

    private static func order(_ item: (kind: MediaKind, packet: EncodedPacket)) -> Double {
        Double(item.packet.dts) / Double(item.packet.timescale) + (item.kind == .video ? 0.2 : 0)
    }

    private mutating func encode(
        _ format: VideoEncoderConfiguration.Format,
        _ seconds: Double,
        _ keyFrameInterval: Double,
        _ isLive: Bool
    ) throws {
        var configuration = VideoEncoderConfiguration(
            format: format,
            width: Self.width,
            height: Self.height,
            framesPerSecond: 30,
            bitrate: 600_000
        )
        configuration.threads = 1
        configuration.keyFrameInterval = keyFrameInterval
        configuration.hasSceneCut = false
        configuration.isLowLatency = isLive
        var encoder = try VideoEncoder(configuration)
        video = encoder.parameters
        let pattern = TestPattern(id: 4, width: Self.width, height: Self.height)
        let source = BeepAndFlash()
        var made: [EncodedPacket] = []
        for number in 0..<Int(seconds * 30) {
            let isFlashing = source.isFlashing(at: Double(number) / 30)
            made += try encoder.encode(pattern.frame(number, isFlashing: isFlashing), pts: Int64(number))
        }
        made += try encoder.flush()
        if isLive {
            made = made.map { packet in
                var packet = packet
                (packet.pts, packet.dts) = (packet.pts * 3_000, packet.dts * 3_000)
                (packet.timescale, packet.duration) = (90_000, 0)
                return packet
            }
            video = try live(format, made)
        }
        packets += made.map { (.video, $0) }
    }

    private func live(
        _ format: VideoEncoderConfiguration.Format,
        _ packets: [EncodedPacket]
    ) throws -> StreamParameters? {
        switch format {
        case .h264: .h264(width: Self.width, height: Self.height, keyFrame: packets[0].data)
        case .vp8: .vp8(width: Self.width, height: Self.height)
        case .vp9: .vp9(width: Self.width, height: Self.height)
        }
    }

    private mutating func encode(
        _ format: AudioEncoderConfiguration.Format,
        _ seconds: Double,
        _ isLive: Bool
    ) throws {
        let layout = AudioLayout(sampleRate: format == .mp3 || format == .aac ? 44_100 : 48_000, channels: 2)
        var encoder = try AudioEncoder(AudioEncoderConfiguration(format: format, layout: layout))
        audio = isLive && format == .opus ? .opus(channels: 2) : encoder.parameters
        let source = BeepAndFlash()
        var made: [EncodedPacket] = []
        for number in 0..<Int(seconds * 30) {
            made += try encoder.encode(source.sound(from: Int64(number) * 1_600, count: 1_600))
        }
        made += try encoder.flush()
        packets += made.map { (.audio, $0) }
    }

    /// Writes everything; if it is left unfinished, the file is as a killed process leaves it.
    func write(to path: String, format: MuxerFormat, isFinished: Bool = true) throws {
        var muxer = try Muxer(path: path, format: format, video: video, audio: audio)
        for item in packets { try muxer.write(item.packet, to: item.kind) }
        if isFinished { try muxer.finish() }
    }
}

/// What can be decoded of a file, up to where it breaks off.
struct DecodedMaterial {
    var labels: [TestPattern.Label?] = []
    var pictures: [(seconds: Double, luma: Double)] = []
    var samples: [Float] = []
    var soundStart: Double?
    /// Whether the first packet of pictures is a key frame.
    var startsWithKeyFrame: Bool?

    init(path: String) throws {
        var demuxer = try Demuxer(path: path)
        let (videoStream, audioStream) = (demuxer.first(.video), demuxer.first(.audio))
        var video: VideoDecoder?
        var audio: AudioDecoder?
        if let videoStream { video = try VideoDecoder(parameters: videoStream.parameters) }
        if let audioStream { audio = try AudioDecoder(parameters: audioStream.parameters) }
        while let packet = try? demuxer.next() {
            let pts = MediaTime(value: packet.content.pts, timescale: packet.content.timescale)
            guard !packet.content.data.isEmpty else { continue }
            if packet.stream == videoStream?.index {
                startsWithKeyFrame = startsWithKeyFrame ?? packet.content.isKeyFrame
                for frame in (try? video?.decode(packet.content.data, pts: pts)) ?? [] { add(frame) }
            } else {
                for frame in (try? audio?.decode(packet.content.data, pts: pts)) ?? [] { add(frame) }
            }
        }
        for frame in video?.flush() ?? [] { add(frame) }
        for frame in audio?.flush() ?? [] { add(frame) }
    }

    private mutating func add(_ frame: VideoFrame) {
        labels.append(TestPattern.label(of: frame))
        pictures.append((frame.pts?.seconds ?? -1, FrameProbe.meanLuma(frame)))
    }

    private mutating func add(_ frame: AudioFrame) {
        soundStart = soundStart ?? frame.pts?.seconds
        frame.withSamples(0) { samples.append(contentsOf: $0) }
    }

    /// The numbers of the pictures.
    var numbers: [Int] { labels.compactMap { $0?.number } }

    /// When each beep begins.
    var beeps: [Double] { BeepAndFlash().beepOnsets(samples, sampleRate: 48_000).map { $0 + (soundStart ?? 0) } }

    /// How much later than its flash each beep is.
    var offsets: [Double] {
        let source = BeepAndFlash()
        return source.offsets(flashes: source.flashOnsets(pictures), beeps: beeps)
    }
}
