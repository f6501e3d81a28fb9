internal import CFFmpeg

/// Pictures of one size whose memory is used again once nobody holds them: a source of many frames need not go to the
/// allocator for each.
public struct VideoFramePool: ~Copyable, @unchecked Sendable {
    // Sendable: FFmpeg's buffer pools lock themselves.
    private let pool: OpaquePointer
    private let layout: PoolLayout

    /// Luma samples a row.
    public let width: Int
    /// Luma rows.
    public let height: Int

    /// A pool of pictures of one size; both sides must be positive.
    public init(width: Int, height: Int) {
        precondition(width > 0 && height > 0 && width <= 16_384 && height <= 16_384, "a picture has a size")
        self.width = width
        self.height = height
        layout = PoolLayout(width: width, height: height)
        guard let pool = av_buffer_pool_init(layout.size, nil) else { preconditionFailure("out of memory for a pool") }
        self.pool = pool
    }

    deinit {
        // Frames still out keep the pool's memory until they are gone.
        var pool: OpaquePointer? = pool
        av_buffer_pool_uninit(&pool)
    }

    /// A picture of undefined content.
    public func makeBuffer(color: VideoColor = .bt601) -> VideoFrameBuffer {
        guard let buffer = av_buffer_pool_get(pool) else { preconditionFailure("out of memory for a picture") }
        let handle = FrameHandle()
        let frame = handle.pointer
        frame.pointee.format = AV_PIX_FMT_YUV420P.rawValue
        frame.pointee.width = Int32(width)
        frame.pointee.height = Int32(height)
        frame.pointee.buf.0 = buffer
        frame.pointee.data.0 = buffer.pointee.data
        frame.pointee.data.1 = buffer.pointee.data + layout.uOffset
        frame.pointee.data.2 = buffer.pointee.data + layout.vOffset
        frame.pointee.linesize.0 = Int32(layout.lumaStride)
        frame.pointee.linesize.1 = Int32(layout.chromaStride)
        frame.pointee.linesize.2 = Int32(layout.chromaStride)
        return VideoFrameBuffer(handle, color: color)
    }
}

/// Where the planes lie in one allocation; rows start at multiples of 64 bytes for vector code.
private struct PoolLayout {
    let lumaStride: Int
    let chromaStride: Int
    let uOffset: Int
    let vOffset: Int
    let size: Int

    init(width: Int, height: Int) {
        func aligned(_ length: Int) -> Int { (length + 63) & ~63 }
        let chromaHeight = (height + 1) / 2
        lumaStride = aligned(width)
        chromaStride = aligned((width + 1) / 2)
        uOffset = lumaStride * height
        vOffset = uOffset + chromaStride * chromaHeight
        // Vector code may read up to one vector past the last row.
        size = vOffset + chromaStride * chromaHeight + 64
    }
}
