import Media

/// Makes pictures of other sizes, whose memory is used again.
struct FramePools: ~Copyable {
    /// As many sizes as a track has layers, twice: the former ones may still be in use after a change.
    private static let capacity = 6

    private struct Size: Hashable {
        var width: Int
        var height: Int
    }

    private final class Pool {
        let pool: VideoFramePool
        init(_ size: Size) { pool = VideoFramePool(width: size.width, height: size.height) }
    }

    private var pools: [Size: Pool] = [:]

    /// The whole of a picture in another size; the picture itself if it has that size already.
    ///
    /// An odd last column or row, which 4:2:0 encoders do not take, is cut off rather than squeezed in.
    mutating func picture(of source: VideoFrame, width: Int, height: Int) -> VideoFrame {
        guard source.width != width || source.height != height else { return source }
        let size = Size(width: width, height: height)
        if pools[size] == nil {
            if pools.count >= Self.capacity { pools = [:] }
            pools[size] = Pool(size)
        }
        guard let pool = pools[size] else { return source }
        var buffer = pool.pool.makeBuffer(color: source.color)
        let isOdd = source.width & ~1 == width && source.height & ~1 == height
        buffer.withMutablePlanes { target in
            source.withPlanes { planes in
                let part = isOdd ? planes.cropped(x: 0, y: 0, width: width, height: height) : planes
                VideoScaler.scale(part, into: target)
            }
        }
        return buffer.freeze(pts: source.pts)
    }
}
