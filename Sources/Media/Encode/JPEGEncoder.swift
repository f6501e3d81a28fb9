internal import CFFmpeg

/// Makes JPEG files of pictures.
public struct JPEGEncoder: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let context: CodecContext
    private let packet: PacketHandle
    /// Luma samples a row.
    public let width: Int
    /// Luma rows.
    public let height: Int
    private var count: Int64 = 0

    /// MJPEG's quantizer, 2 (best) to 31: 3 is about what other programs call a quality of 90.
    private static let quantizer: Int32 = 3
    /// JFIF has no other meaning of numbers than this (ITU-T T.871 §7).
    private static let color = VideoColor(matrix: .bt601, isFullRange: true)

    /// An encoder of images of one size; both sides have to be within 16…8192.
    public init(width: Int, height: Int) throws(MediaError) {
        guard (16...8_192).contains(width), (16...8_192).contains(height) else {
            throw MediaError(.invalidConfiguration, "an image size of \(width)×\(height) is outside 16…8192")
        }
        guard let codec = avcodec_find_encoder(AV_CODEC_ID_MJPEG) else {
            throw MediaError(.unsupported, "this FFmpeg has no MJPEG encoder")
        }
        let context = CodecContext(for: codec)
        let fields = context.pointer
        fields.pointee.width = Int32(width)
        fields.pointee.height = Int32(height)
        fields.pointee.pix_fmt = AV_PIX_FMT_YUVJ420P
        fields.pointee.color_range = AVCOL_RANGE_JPEG
        fields.pointee.colorspace = Self.color.ffmpegMatrix
        fields.pointee.time_base = AVRational(num: 1, den: 1)
        fields.pointee.flags |= AV_CODEC_FLAG_QSCALE
        fields.pointee.global_quality = FF_QP2LAMBDA * Self.quantizer
        fields.pointee.qmin = Self.quantizer
        fields.pointee.thread_count = 1
        try context.open(codec)
        self.context = context
        self.width = width
        self.height = height
        packet = PacketHandle()
    }

    /// A copy of `picture` in an encoder's size, its aspect ratio kept, with black borders where it does not fill it.
    ///
    /// It is all that is taken of the picture, which may be drawn over afterwards.
    public static func prepare(_ picture: VideoFrame, width: Int, height: Int) -> VideoFrame {
        var buffer = VideoFrameBuffer(width: width, height: height, color: JPEGEncoder.color)
        let color = picture.color
        buffer.withMutablePlanes { target in
            picture.withPlanes { source in
                let area = Self.area(of: (source.width, source.height), in: (width, height))
                if area.width < width || area.height < height {
                    target.fill(y: 0, u: 128, v: 128)
                }
                let part = target.cropped(x: area.x, y: area.y, width: area.width, height: area.height)
                VideoScaler.scale(source, into: part)
                ColorConverter.convert(part, from: color, to: Self.color)
            }
        }
        return buffer.freeze()
    }

    /// Encodes a picture that `prepare` made.
    public mutating func encode(_ prepared: VideoFrame) throws(MediaError) -> [UInt8] {
        precondition(prepared.width == width && prepared.height == height, "the picture was prepared for this encoder")
        let input = prepared.handle.reference()
        input.pointer.pointee.format = AV_PIX_FMT_YUVJ420P.rawValue
        input.pointer.pointee.quality = FF_QP2LAMBDA * Self.quantizer
        input.pointer.pointee.pts = count
        count += 1
        var status = avcodec_send_frame(context.pointer, input.pointer)
        if status >= 0 { status = avcodec_receive_packet(context.pointer, packet.pointer) }
        guard status >= 0 else { throw MediaError(.codec, "an image cannot be encoded", status: status) }
        defer { packet.clear() }
        return EncodedPacket(packet, timescale: 1).data
    }

    /// Where a picture lies when it is made as large as fits, at even coordinates.
    static func area(
        of source: (width: Int, height: Int),
        in target: (width: Int, height: Int)
    ) -> (x: Int, y: Int, width: Int, height: Int) {
        let scale = min(Double(target.width) / Double(source.width), Double(target.height) / Double(source.height))
        // A side that fills the image does so exactly; the other is even.
        func side(_ length: Int, _ limit: Int) -> Int {
            let scaled = Int((Double(length) * scale).rounded())
            return scaled >= limit - 1 ? limit : max(2, scaled & ~1)
        }
        let (width, height) = (side(source.width, target.width), side(source.height, target.height))
        return ((target.width - width) / 2 & ~1, (target.height - height) / 2 & ~1, width, height)
    }
}
