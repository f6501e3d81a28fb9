internal import CFFmpeg

/// Turns frames of one size into encoded packets.
///
/// A frame is read only during `encode`: its pixels may change as soon as the call returns.
public struct VideoEncoder: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let context: CodecContext
    private let packet: PacketHandle
    private let configuration: VideoEncoderConfiguration
    private var isKeyFrameForced = false
    /// The time from which on a key frame is due, in ticks; only counted where key frames have their places in time.
    private var keyFrameDue = Int64.min

    /// What a container or a decoder needs to know of the packets.
    public let parameters: StreamParameters

    /// An encoder for one stream.
    public init(_ configuration: VideoEncoderConfiguration) throws(MediaError) {
        try configuration.validate()
        let name = configuration.format.encoderName
        guard let codec = avcodec_find_encoder_by_name(name) else {
            throw MediaError(.unsupported, "this FFmpeg has no \(name) encoder")
        }
        let context = CodecContext(for: codec)
        VideoEncoder.apply(configuration, to: context)
        switch configuration.format {
        case .h264(let profile): try context.open(codec, options: VideoEncoder.x264Options(configuration, profile))
        case .vp8: try context.open(codec, options: VideoEncoder.realtimeVPXOptions)
        case .vp9: try context.open(codec, options: VideoEncoder.realtimeVP9Options)
        }
        parameters = StreamParameters(of: context)
        self.configuration = configuration
        self.context = context
        packet = PacketHandle()
    }

    /// Encodes `frame`, shown at frame number or tick `pts` (times must rise), and returns the packets that are now complete.
    ///
    /// The frame must have the configured size.
    public mutating func encode(_ frame: VideoFrame, pts: Int64) throws(MediaError) -> [EncodedPacket] {
        guard frame.width == configuration.width, frame.height == configuration.height else {
            throw MediaError(
                .invalidConfiguration,
                "a \(frame.width)×\(frame.height) picture does not fit an encoder of "
                    + "\(configuration.width)×\(configuration.height)"
            )
        }
        // x264 counts the frames it gets, so that frames left out would move every key frame after them.
        if !configuration.hasSceneCut, let distance = configuration.keyFrameTicks, pts >= keyFrameDue {
            // Multiples of the distance, so that one that was late or asked for does not move those after it.
            keyFrameDue = (pts / distance + 1) * distance
            isKeyFrameForced = true
        }
        let input = frame.handle.reference()
        input.pointer.pointee.pts = pts
        input.pointer.pointee.pict_type = isKeyFrameForced ? AV_PICTURE_TYPE_I : AV_PICTURE_TYPE_NONE
        isKeyFrameForced = false
        let status = avcodec_send_frame(context.pointer, input.pointer)
        guard status >= 0 else { throw MediaError(.codec, "a picture cannot be encoded", status: status) }
        return try receive()
    }

    /// Whether a frame at this time is to be a key frame because key frames have their places in time.
    public func isKeyFrameDue(at pts: Int64) -> Bool {
        !configuration.hasSceneCut && configuration.keyFrameTicks != nil && pts >= keyFrameDue
    }

    /// Makes the next frame a key frame.
    public mutating func forceKeyFrame() {
        isKeyFrameForced = true
    }

    /// Returns the packets still held back; the encoder takes no frames afterwards.
    public mutating func flush() throws(MediaError) -> [EncodedPacket] {
        avcodec_send_frame(context.pointer, nil)
        return try receive()
    }

    private mutating func receive() throws(MediaError) -> [EncodedPacket] {
        var packets: [EncodedPacket] = []
        while true {
            let status = avcodec_receive_packet(context.pointer, packet.pointer)
            if status == Status.again || status == Status.end { return packets }
            guard status >= 0 else { throw MediaError(.codec, "a picture cannot be encoded", status: status) }
            var encoded = EncodedPacket(packet, timescale: configuration.ticksPerSecond)
            if encoded.duration == 0 { encoded.duration = configuration.ticksPerFrame }
            packets.append(encoded)
            packet.clear()
        }
    }
}

// MARK: - Settings

extension VideoEncoderConfiguration.Format {
    fileprivate var encoderName: String {
        switch self {
        case .h264: "libx264"
        case .vp8: "libvpx"
        case .vp9: "libvpx-vp9"
        }
    }
}

extension VideoEncoder {
    private static func apply(_ configuration: VideoEncoderConfiguration, to context: borrowing CodecContext) {
        let fields = context.pointer
        fields.pointee.width = Int32(configuration.width)
        fields.pointee.height = Int32(configuration.height)
        fields.pointee.pix_fmt = AV_PIX_FMT_YUV420P
        fields.pointee.time_base = AVRational(num: 1, den: configuration.ticksPerSecond)
        // libvpx takes it for the length of each picture.
        fields.pointee.ticks_per_frame = Int32(clamping: configuration.ticksPerFrame)
        fields.pointee.framerate = AVRational(num: Int32(configuration.framesPerSecond), den: 1)
        fields.pointee.sample_aspect_ratio = AVRational(num: 1, den: 1)
        fields.pointee.color_range = configuration.color.ffmpegRange
        fields.pointee.colorspace = configuration.color.ffmpegMatrix
        fields.pointee.color_primaries = configuration.color.ffmpegPrimaries
        fields.pointee.color_trc = configuration.color.ffmpegTransfer
        fields.pointee.bit_rate = Int64(configuration.bitrate)
        fields.pointee.rc_max_rate = Int64(configuration.bitrate)
        // Least and most alike is how libvpx is told of a constant rate; x264 has a setting of its own.
        if configuration.isConstantRate, configuration.format == .vp8 || configuration.format == .vp9 {
            fields.pointee.rc_min_rate = Int64(configuration.bitrate)
        }
        fields.pointee.rc_buffer_size = Int32(
            clamping: configuration.bitrate / 1_000 * configuration.bufferMilliseconds
        )
        fields.pointee.thread_count = Int32(configuration.threads)
        if let distance = configuration.keyFrameDistance { fields.pointee.gop_size = distance }
        // Containers want SPS and PPS apart; a live stream repeats them with each key frame for those who join late.
        if !configuration.isLowLatency { fields.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER }
        if configuration.isLowLatency { fields.pointee.max_b_frames = 0 }
    }

    private static func x264Options(
        _ configuration: VideoEncoderConfiguration,
        _ profile: VideoEncoderConfiguration.H264Profile
    ) -> KeyValuePairs<String, String> {
        let sceneCut = configuration.hasSceneCut ? "40" : "0"
        let rateModel = configuration.isConstantRate ? "cbr" : "none"
        guard configuration.isLowLatency else {
            return [
                "preset": configuration.preset, "profile": profile.rawValue, "forced-idr": "1",
                "sc_threshold": sceneCut, "nal-hrd": rateModel,
            ]
        }
        return [
            "preset": configuration.preset, "profile": profile.rawValue, "forced-idr": "1", "sc_threshold": sceneCut,
            "nal-hrd": rateModel, "tune": "zerolatency",
        ]
    }

    /// `cpu-used` 8 is the speed WebRTC senders choose on small machines.
    private static let realtimeVPXOptions: KeyValuePairs<String, String> = [
        "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "error-resilient": "default",
        "auto-alt-ref": "0",
    ]

    private static let realtimeVP9Options: KeyValuePairs<String, String> = [
        "deadline": "realtime", "cpu-used": "8", "lag-in-frames": "0", "row-mt": "1", "auto-alt-ref": "0",
    ]
}
