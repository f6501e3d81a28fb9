internal import CFFmpeg
public import MediaWire

/// Turns one stream of encoded sound into float frames of one rate and channel count.
///
/// A lost packet is not concealed: nothing comes out for it, and the next frame's time tells how long the gap is.
public struct AudioDecoder: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let context: CodecContext
    private let packet: PacketHandle
    private let frame: FrameHandle
    private var resampler: AudioResampler
    private var timescale: Int32

    /// Samples a second and channels of the sound inside the stream; nil before the first frame was decoded.
    public var sourceLayout: AudioLayout? { resampler.inputLayout }

    /// A decoder of `codec` as it comes out of RTP; whatever the stream holds is brought to `sampleRate` and `channels`.
    public init(codec: Codec, sampleRate: Int = 48_000, channels: Int = 2) throws(MediaError) {
        guard codec.kind == .audio else { throw MediaError(.unsupported, "\(codec.rawValue) is not an audio codec") }
        let timescale = Int32(clamping: codec.clockRate)
        let resampler = try AudioResampler(to: AudioLayout(sampleRate: sampleRate, channels: channels))
        let context = try AudioDecoder.open(codec.ffmpegID, name: codec.rawValue, parameters: nil, timescale: timescale)
        self.init(context, resampler, timescale: timescale)
    }

    /// A decoder of a stream out of a file.
    public init(parameters: StreamParameters, sampleRate: Int = 48_000, channels: Int = 2) throws(MediaError) {
        guard parameters.kind == .audio else {
            throw MediaError(.unsupported, "a stream of \(parameters.codecName) is not audio")
        }
        let resampler = try AudioResampler(to: AudioLayout(sampleRate: sampleRate, channels: channels))
        let context = try AudioDecoder.open(
            parameters.pointer.pointee.codec_id,
            name: parameters.codecName,
            parameters: parameters,
            timescale: parameters.timescale
        )
        self.init(context, resampler, timescale: parameters.timescale)
    }

    private init(_ context: consuming CodecContext, _ resampler: consuming AudioResampler, timescale: Int32) {
        self.context = context
        self.resampler = resampler
        self.timescale = timescale
        packet = PacketHandle()
        frame = FrameHandle()
    }

    private static func open(
        _ id: AVCodecID,
        name: String,
        parameters: StreamParameters?,
        timescale: Int32
    ) throws(MediaError) -> CodecContext {
        // libopus is the reference; FFmpeg's own decoder stands in where it is not built in.
        let preferred = id == AV_CODEC_ID_OPUS ? avcodec_find_decoder_by_name("libopus") : nil
        guard let codec = preferred ?? avcodec_find_decoder(id) else {
            throw MediaError(.unsupported, "this FFmpeg has no decoder for \(name)")
        }
        let context = CodecContext(for: codec)
        if let parameters {
            avcodec_parameters_to_context(context.pointer, parameters.pointer)
        } else {
            let isTelephony = id == AV_CODEC_ID_PCM_MULAW || id == AV_CODEC_ID_PCM_ALAW
            context.pointer.pointee.sample_rate = isTelephony ? 8_000 : 48_000
            av_channel_layout_default(&context.pointer.pointee.ch_layout, isTelephony ? 1 : 2)
        }
        context.pointer.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
        context.pointer.pointee.request_sample_fmt = AV_SAMPLE_FMT_FLTP
        context.pointer.pointee.thread_count = 1
        context.pointer.pointee.pkt_timebase = AVRational(num: 1, den: timescale)
        try context.open(codec)
        return context
    }

    /// Decodes one packet; `pts` is the time of its first sample.
    ///
    /// After an error the decoder goes on with the next packet.
    public mutating func decode(_ data: [UInt8], pts: MediaTime) throws(MediaError) -> [AudioFrame] {
        guard !data.isEmpty else { throw MediaError(.invalidData, "an empty audio packet") }
        if pts.timescale != timescale {
            timescale = pts.timescale
            context.pointer.pointee.pkt_timebase = AVRational(num: 1, den: timescale)
        }
        try packet.fill(with: data)
        packet.pointer.pointee.pts = pts.value
        defer { packet.clear() }
        let status = avcodec_send_packet(context.pointer, packet.pointer)
        guard status >= 0 else {
            throw MediaError(.invalidData, "an audio packet of \(data.count) bytes cannot be decoded", status: status)
        }
        return try receive()
    }

    /// Returns what is still held back at the end of a stream; the decoder is as new afterwards.
    public mutating func flush() -> [AudioFrame] {
        avcodec_send_packet(context.pointer, nil)
        var frames = (try? receive()) ?? []
        avcodec_flush_buffers(context.pointer)
        if let rest = try? resampler.flush() { frames.append(rest) }
        return frames
    }

    private mutating func receive() throws(MediaError) -> [AudioFrame] {
        var frames: [AudioFrame] = []
        while true {
            let status = avcodec_receive_frame(context.pointer, frame.pointer)
            if status == Status.again || status == Status.end { return frames }
            guard status >= 0 else {
                throw MediaError(.invalidData, "an audio packet cannot be decoded", status: status)
            }
            defer { av_frame_unref(frame.pointer) }
            let ticks = frame.pointer.pointee.pts
            let pts = ticks == sluice_nopts() ? nil : MediaTime(value: ticks, timescale: timescale)
            if let converted = try resampler.convert(frame, pts: pts) { frames.append(converted) }
        }
    }
}
