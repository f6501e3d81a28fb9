internal import CFFmpeg

/// Turns pictures of any layout and depth into I420 with 8 bits, keeping their size and colour flags.
///
/// Rooms carry I420 almost always, so this is libswscale's general path rather than one of our own for each layout.
struct PixelConverter: ~Copyable {
    private var context: OpaquePointer?

    deinit {
        sws_freeContext(context)
    }

    mutating func convert(_ source: borrowing FrameHandle) throws(MediaError) -> FrameHandle {
        let (width, height) = (source.pointer.pointee.width, source.pointer.pointee.height)
        let format = AVPixelFormat(rawValue: source.pointer.pointee.format)
        context = sws_getCachedContext(
            context,
            width,
            height,
            format,
            width,
            height,
            AV_PIX_FMT_YUV420P,
            SWS_BILINEAR,
            nil,
            nil,
            nil
        )
        let name = av_get_pix_fmt_name(format).map { String(cString: $0) } ?? "unknown"
        guard let context else { throw MediaError(.unsupported, "pictures of format \(name) cannot be converted") }
        keepRange(of: source, in: context)
        let target = FrameHandle()
        target.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        target.pointer.pointee.width = width
        target.pointer.pointee.height = height
        var status = av_frame_get_buffer(target.pointer, 0)
        guard status >= 0 else { throw MediaError(.codec, "no memory for a picture", status: status) }
        status = sws_scale_frame(context, target.pointer, source.pointer)
        guard status >= 0 else {
            throw MediaError(.codec, "a picture of format \(name) cannot be converted", status: status)
        }
        av_frame_copy_props(target.pointer, source.pointer)
        return target
    }

    /// libswscale would otherwise squeeze full range to limited, and the flags copied from the source would be wrong.
    private func keepRange(of source: borrowing FrameHandle, in context: OpaquePointer) {
        let isFull: Int32 = source.pointer.pointee.color_range == AVCOL_RANGE_JPEG ? 1 : 0
        let table = sws_getCoefficients(SWS_CS_DEFAULT)
        sws_setColorspaceDetails(context, table, isFull, table, isFull, 0, 1 << 16, 1 << 16)
    }
}
