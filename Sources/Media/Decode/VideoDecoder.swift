internal import CFFmpeg
public import MediaWire

/// Turns one stream of encoded pictures into I420 frames.
///
/// Made for live streams: every frame comes out with the packet it came in with unless the stream itself reorders, a damaged
/// packet is an error of that packet only, and the picture's size may change at any key frame. Up to `maxPixels` a picture.
public struct VideoDecoder: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let context: CodecContext
    private let packet: PacketHandle
    private let frame: FrameHandle
    private var converter: PixelConverter
    private var timescale: Int32

    /// The largest picture decoded: 4096 × 4096.
    ///
    /// A stream is free to claim any size, and a decoder keeps up to 16 pictures.
    public static let maxPixels = 4096 * 4096

    /// A decoder of `codec` as it comes out of RTP: Annex B for H.264 and H.265, a raw frame for VP8 and VP9, a temporal unit
    /// of OBUs with sizes for AV1.
    ///
    /// More than one thread decodes slices at the same time; frames are never decoded ahead, which would delay them.
    public init(codec: Codec, threads: Int = 1) throws(MediaError) {
        guard codec.kind == .video else { throw MediaError(.unsupported, "\(codec.rawValue) is not a video codec") }
        let context = try VideoDecoder.open(codec.ffmpegID, name: codec.rawValue, parameters: nil, threads: threads)
        self.init(context, timescale: Int32(clamping: codec.clockRate))
    }

    /// A decoder of a stream out of a file.
    public init(parameters: StreamParameters, threads: Int = 1) throws(MediaError) {
        guard parameters.kind == .video else {
            throw MediaError(.unsupported, "a stream of \(parameters.codecName) is not video")
        }
        let id = parameters.pointer.pointee.codec_id
        let context = try VideoDecoder.open(id, name: parameters.codecName, parameters: parameters, threads: threads)
        self.init(context, timescale: parameters.timescale)
    }

    private init(_ context: consuming CodecContext, timescale: Int32) {
        self.context = context
        self.timescale = timescale
        packet = PacketHandle()
        frame = FrameHandle()
        converter = PixelConverter()
    }

    private static func open(
        _ id: AVCodecID,
        name: String,
        parameters: StreamParameters?,
        threads: Int
    ) throws(MediaError) -> CodecContext {
        guard let codec = VideoDecoder.findCodec(id) else {
            throw MediaError(.unsupported, "this FFmpeg has no decoder for \(name)")
        }
        let context = CodecContext(for: codec)
        if let parameters { avcodec_parameters_to_context(context.pointer, parameters.pointer) }
        context.pointer.pointee.flags |= AV_CODEC_FLAG_LOW_DELAY
        context.pointer.pointee.thread_count = Int32(clamping: max(1, threads))
        context.pointer.pointee.thread_type = FF_THREAD_SLICE
        context.pointer.pointee.max_pixels = Int64(VideoDecoder.maxPixels)
        try context.open(codec)
        return context
    }

    /// FFmpeg's own decoders are the fastest of each codec, but its AV1 one needs graphics hardware.
    private static func findCodec(_ id: AVCodecID) -> UnsafePointer<AVCodec>? {
        guard id == AV_CODEC_ID_AV1 else { return avcodec_find_decoder(id) }
        return avcodec_find_decoder_by_name("libdav1d") ?? avcodec_find_decoder_by_name("libaom-av1")
    }

    /// Decodes one frame and returns the pictures that are now complete, mostly one.
    ///
    /// `pts` comes back on the frame; its timescale stays the same for a stream. After an error the decoder goes on with
    /// the next packet.
    public mutating func decode(_ data: [UInt8], pts: MediaTime) throws(MediaError) -> [VideoFrame] {
        guard !data.isEmpty else { throw MediaError(.invalidData, "an empty video frame") }
        timescale = pts.timescale
        try packet.fill(with: data)
        packet.pointer.pointee.pts = pts.value
        packet.pointer.pointee.dts = sluice_nopts()
        defer { packet.clear() }
        let status = avcodec_send_packet(context.pointer, packet.pointer)
        guard status >= 0 else {
            throw MediaError(.invalidData, "a video frame of \(data.count) bytes cannot be decoded", status: status)
        }
        return try receive()
    }

    /// Returns the pictures still held back at the end of a stream; the decoder is as new afterwards.
    public mutating func flush() -> [VideoFrame] {
        avcodec_send_packet(context.pointer, nil)
        let frames = (try? receive()) ?? []
        avcodec_flush_buffers(context.pointer)
        return frames
    }

    private mutating func receive() throws(MediaError) -> [VideoFrame] {
        var frames: [VideoFrame] = []
        while true {
            let status = avcodec_receive_frame(context.pointer, frame.pointer)
            if status == Status.again || status == Status.end { return frames }
            guard status >= 0 else {
                throw MediaError(.invalidData, "a video frame cannot be decoded", status: status)
            }
            frames.append(try finish(frame.taken()))
        }
    }

    private mutating func finish(_ decoded: consuming FrameHandle) throws(MediaError) -> VideoFrame {
        let ticks = decoded.pointer.pointee.best_effort_timestamp
        let pts = ticks == sluice_nopts() ? nil : MediaTime(value: ticks, timescale: timescale)
        // FFmpeg reads VP8's "no clamping needed" bit (RFC 6386 §9.2) as full range, which it does not say.
        if context.pointer.pointee.codec_id == AV_CODEC_ID_VP8 {
            decoded.pointer.pointee.color_range = AVCOL_RANGE_MPEG
        }
        let format = decoded.pointer.pointee.format
        if format == AV_PIX_FMT_YUV420P.rawValue || format == AV_PIX_FMT_YUVJ420P.rawValue {
            return VideoFrame(decoded, pts: pts)
        }
        return VideoFrame(try converter.convert(decoded), pts: pts)
    }
}
