internal import CFFmpeg
public import MediaWire

/// What a stream is made of, as a container needs to know it and a decoder is opened with it.
public final class StreamParameters: @unchecked Sendable {
    // Sendable: written only before `init` returns.
    let pointer: UnsafeMutablePointer<AVCodecParameters>
    /// Ticks a second of the stream's packets.
    public let timescale: Int32

    init(copying source: UnsafePointer<AVCodecParameters>, timescale: Int32) {
        pointer = StreamParameters.allocate()
        let status = avcodec_parameters_copy(pointer, source)
        precondition(status >= 0, "out of memory for stream parameters")
        self.timescale = timescale
    }

    init(of context: borrowing CodecContext) {
        pointer = StreamParameters.allocate()
        let status = avcodec_parameters_from_context(pointer, context.pointer)
        precondition(status >= 0, "out of memory for stream parameters")
        timescale = context.pointer.pointee.time_base.den
    }

    /// A stream described by hand; `fill` sets what is not common to all.
    init(
        codec: AVCodecID,
        timescale: Int32,
        extradata: [UInt8],
        fill: (UnsafeMutablePointer<AVCodecParameters>) -> Void
    ) {
        pointer = StreamParameters.allocate()
        self.timescale = timescale
        pointer.pointee.codec_id = codec
        fill(pointer)
        guard !extradata.isEmpty else { return }
        // Behind it come the zeros that FFmpeg's bit readers need.
        guard let memory = av_mallocz(extradata.count + Int(AV_INPUT_BUFFER_PADDING_SIZE)) else {
            preconditionFailure("out of memory for stream parameters")
        }
        extradata.withUnsafeBytes {
            memory.copyMemory(from: $0.baseAddress ?? UnsafeRawPointer(memory), byteCount: $0.count)
        }
        pointer.pointee.extradata = memory.assumingMemoryBound(to: UInt8.self)
        pointer.pointee.extradata_size = Int32(extradata.count)
    }

    deinit {
        var parameters: UnsafeMutablePointer<AVCodecParameters>? = pointer
        avcodec_parameters_free(&parameters)
    }

    /// Picture or sound; nil for anything else a file may hold.
    public var kind: MediaKind? {
        switch pointer.pointee.codec_type {
        case AVMEDIA_TYPE_VIDEO: .video
        case AVMEDIA_TYPE_AUDIO: .audio
        default: nil
        }
    }

    /// The codec, if it is one that rooms use.
    public var codec: Codec? { Codec(ffmpeg: pointer.pointee.codec_id) }
    /// FFmpeg's name of the codec: `h264`, `aac`, `mp3` ….
    public var codecName: String { String(cString: avcodec_get_name(pointer.pointee.codec_id)) }
    /// Luma samples a row, 0 for sound.
    public var width: Int { Int(pointer.pointee.width) }
    /// Luma rows, 0 for sound.
    public var height: Int { Int(pointer.pointee.height) }
    /// Samples a second, 0 for pictures.
    public var sampleRate: Int { Int(pointer.pointee.sample_rate) }
    /// Channels of sound, 0 for pictures.
    public var channels: Int { Int(pointer.pointee.ch_layout.nb_channels) }
    /// The codec's own header: SPS and PPS, AudioSpecificConfig and the like.
    public var extradata: [UInt8] {
        Array(UnsafeBufferPointer(start: pointer.pointee.extradata, count: max(0, Int(pointer.pointee.extradata_size))))
    }

    private static func allocate() -> UnsafeMutablePointer<AVCodecParameters> {
        guard let pointer = avcodec_parameters_alloc() else {
            preconditionFailure("out of memory for stream parameters")
        }
        return pointer
    }
}

extension Codec {
    /// The codec by FFmpeg's number.
    init?(ffmpeg id: AVCodecID) {
        switch id {
        case AV_CODEC_ID_OPUS: self = .opus
        case AV_CODEC_ID_PCM_MULAW: self = .pcmu
        case AV_CODEC_ID_PCM_ALAW: self = .pcma
        case AV_CODEC_ID_VP8: self = .vp8
        case AV_CODEC_ID_VP9: self = .vp9
        case AV_CODEC_ID_H264: self = .h264
        case AV_CODEC_ID_HEVC: self = .h265
        case AV_CODEC_ID_AV1: self = .av1
        default: return nil
        }
    }

    /// FFmpeg's number of the codec.
    ///
    /// RED is taken apart before decoding and carries Opus.
    var ffmpegID: AVCodecID {
        switch self {
        case .opus, .red: AV_CODEC_ID_OPUS
        case .pcmu: AV_CODEC_ID_PCM_MULAW
        case .pcma: AV_CODEC_ID_PCM_ALAW
        case .vp8: AV_CODEC_ID_VP8
        case .vp9: AV_CODEC_ID_VP9
        case .h264: AV_CODEC_ID_H264
        case .h265: AV_CODEC_ID_HEVC
        case .av1: AV_CODEC_ID_AV1
        }
    }
}
