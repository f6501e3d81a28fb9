internal import CFFmpeg
public import MediaWire

/// A picture that is being made: owned by one, writable, I420 with 8 bits.
public struct VideoFrameBuffer: ~Copyable, @unchecked Sendable {
    // Sendable: it has one owner, and whoever it is moved to is the only one to touch it.
    private let handle: FrameHandle

    /// Luma samples a row.
    public var width: Int { Int(handle.pointer.pointee.width) }
    /// Luma rows.
    public var height: Int { Int(handle.pointer.pointee.height) }

    /// A picture of undefined content; both sides must be positive.
    public init(width: Int, height: Int, color: VideoColor = .bt601) {
        precondition(width > 0 && height > 0 && width <= 16_384 && height <= 16_384, "a picture has a size")
        let handle = FrameHandle()
        handle.pointer.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        handle.pointer.pointee.width = Int32(width)
        handle.pointer.pointee.height = Int32(height)
        let status = av_frame_get_buffer(handle.pointer, 0)
        precondition(status >= 0, "out of memory for a \(width)×\(height) picture")
        self.init(handle, color: color)
    }

    init(_ handle: consuming FrameHandle, color: VideoColor) {
        handle.pointer.pointee.color_range = color.ffmpegRange
        handle.pointer.pointee.colorspace = color.ffmpegMatrix
        handle.pointer.pointee.color_primaries = color.ffmpegPrimaries
        handle.pointer.pointee.color_trc = color.ffmpegTransfer
        self.handle = handle
    }

    /// Gives `body` the planes to write; they must not outlive the call.
    public mutating func withMutablePlanes<R, E: Error>(_ body: (MutableVideoPlanes) throws(E) -> R) throws(E) -> R {
        try body(MutableVideoPlanes(i420: handle.pointer))
    }

    /// Ends the writing and shares the picture.
    public consuming func freeze(pts: MediaTime? = nil) -> VideoFrame {
        VideoFrame(handle.taken(), pts: pts)
    }

    /// A frame that shows this buffer's pixels without copying them.
    ///
    /// For a buffer that is drawn over and over: the caller must be done with every reader of the view before it writes
    /// again.
    public func view(pts: MediaTime? = nil) -> VideoFrame {
        VideoFrame(handle.reference(), pts: pts)
    }
}
