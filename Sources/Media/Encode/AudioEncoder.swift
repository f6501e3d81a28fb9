internal import CFFmpeg
internal import MediaWire

/// Turns sound in frames of any length into encoded packets.
///
/// Frames are taken as following one another without gaps: the first frame's time places the stream (0 if it has none), then
/// samples are counted. Sound of another rate or channel count is converted.
public struct AudioEncoder: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let context: CodecContext
    private let packet: PacketHandle
    private let configuration: AudioEncoderConfiguration
    private var resampler: AudioResampler
    private var pending: SampleQueue
    private var position: Int64?

    /// What a container or a decoder needs to know of the packets.
    public let parameters: StreamParameters
    /// Samples the codec puts before the first one: the first packet's time is earlier by that.
    public var priming: Int { Int(context.pointer.pointee.initial_padding) }

    /// An encoder for one stream.
    public init(_ configuration: AudioEncoderConfiguration) throws(MediaError) {
        let layout = try configuration.layout.validated()
        guard (6_000...1_000_000).contains(configuration.bitrate) else {
            throw MediaError(
                .invalidConfiguration,
                "an audio bitrate of \(configuration.bitrate) bit/s is outside 6 kbit/s…1 Mbit/s"
            )
        }
        let name = configuration.format.encoderName
        guard let codec = avcodec_find_encoder_by_name(name) else {
            throw MediaError(.unsupported, "this FFmpeg has no \(name) encoder")
        }
        try AudioEncoder.check(layout.sampleRate, isTakenBy: codec)
        let resampler = try AudioResampler(to: layout)
        let context = CodecContext(for: codec)
        let fields = context.pointer
        // Each encoder's own float layout: planar for AAC and MP3, interleaved for Opus.
        fields.pointee.sample_fmt = configuration.format == .opus ? AV_SAMPLE_FMT_FLT : AV_SAMPLE_FMT_FLTP
        fields.pointee.sample_rate = Int32(layout.sampleRate)
        av_channel_layout_default(&fields.pointee.ch_layout, Int32(layout.channels))
        fields.pointee.bit_rate = Int64(configuration.bitrate)
        fields.pointee.time_base = AVRational(num: 1, den: Int32(layout.sampleRate))
        fields.pointee.flags |= AV_CODEC_FLAG_GLOBAL_HEADER
        fields.pointee.thread_count = 1
        try context.open(codec)
        parameters = StreamParameters(of: context)
        self.configuration = configuration
        self.context = context
        self.resampler = resampler
        pending = SampleQueue(channels: layout.channels)
        packet = PacketHandle()
    }

    /// Encodes `frame` and returns the packets that are now complete.
    public mutating func encode(_ frame: AudioFrame) throws(MediaError) -> [EncodedPacket] {
        let rate = Int32(configuration.layout.sampleRate)
        if position == nil { position = frame.pts?.rescaled(to: rate).value ?? 0 }
        guard let converted = try resampler.convert(frame) else { return [] }
        pending.append(converted)
        return try drain(final: false)
    }

    /// Encodes the rest, filling up the last packet with silence where the codec asks for it; the encoder takes no sound
    /// afterwards.
    public mutating func flush() throws(MediaError) -> [EncodedPacket] {
        if let rest = try resampler.flush() { pending.append(rest) }
        var packets = try drain(final: true)
        avcodec_send_frame(context.pointer, nil)
        try receive(into: &packets)
        return packets
    }

    private mutating func drain(final: Bool) throws(MediaError) -> [EncodedPacket] {
        var packets: [EncodedPacket] = []
        let size = Int(context.pointer.pointee.frame_size)
        while pending.count >= size || (final && pending.count > 0) {
            let start = position ?? 0
            let frame = try nextFrame(count: min(size, pending.count), start: start)
            let status = avcodec_send_frame(context.pointer, frame.pointer)
            guard status >= 0 else { throw MediaError(.codec, "sound cannot be encoded", status: status) }
            try receive(into: &packets)
        }
        return packets
    }

    private mutating func nextFrame(count: Int, start: Int64) throws(MediaError) -> FrameHandle {
        let frame = FrameHandle()
        frame.pointer.pointee.nb_samples = Int32(count)
        frame.pointer.pointee.format = context.pointer.pointee.sample_fmt.rawValue
        frame.pointer.pointee.sample_rate = context.pointer.pointee.sample_rate
        frame.pointer.pointee.pts = start
        av_channel_layout_copy(&frame.pointer.pointee.ch_layout, &context.pointer.pointee.ch_layout)
        let status = av_frame_get_buffer(frame.pointer, 0)
        guard status >= 0, let planes = frame.pointer.pointee.extended_data else {
            throw MediaError(.codec, "no memory for sound", status: status)
        }
        let isPlanar = av_sample_fmt_is_planar(context.pointer.pointee.sample_fmt) != 0
        let channels = configuration.layout.channels
        for channel in 0..<channels {
            guard let plane = planes[isPlanar ? channel : 0] else {
                preconditionFailure("an allocated frame has planes")
            }
            let target = UnsafeMutableRawPointer(plane).assumingMemoryBound(to: Float.self)
            pending.copy(
                channel: channel,
                count: count,
                to: target,
                from: isPlanar ? 0 : channel,
                every: isPlanar ? 1 : channels
            )
        }
        pending.removeFirst(count)
        position = start + Int64(count)
        return frame
    }

    private mutating func receive(into packets: inout [EncodedPacket]) throws(MediaError) {
        while true {
            let status = avcodec_receive_packet(context.pointer, packet.pointer)
            if status == Status.again || status == Status.end { return }
            guard status >= 0 else { throw MediaError(.codec, "sound cannot be encoded", status: status) }
            packets.append(EncodedPacket(packet, timescale: Int32(configuration.layout.sampleRate)))
            packet.clear()
        }
    }

    private static func check(_ sampleRate: Int, isTakenBy codec: UnsafePointer<AVCodec>) throws(MediaError) {
        guard var entry = codec.pointee.supported_samplerates else { return }
        var known: [Int] = []
        while entry.pointee != 0 {
            known.append(Int(entry.pointee))
            entry += 1
        }
        guard known.contains(sampleRate) else {
            let rates = known.sorted().map(String.init).joined(separator: ", ")
            throw MediaError(
                .invalidConfiguration,
                "\(String(cString: codec.pointee.name)) cannot encode \(sampleRate) Hz; it takes \(rates)"
            )
        }
    }
}

extension AudioEncoderConfiguration.Format {
    fileprivate var encoderName: String {
        switch self {
        case .aac: "aac"
        case .opus: "libopus"
        case .mp3: "libmp3lame"
        }
    }
}
