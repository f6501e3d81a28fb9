import Media
import MediaWire

/// The way of pictures from the source's packets to single whole pictures: decoded from key frames on, no more a second than
/// asked for, without the combs of interlacing.
struct VideoLine: ~Copyable {
    /// A picture and when it is shown.
    struct Picture: Sendable {
        var frame: VideoFrame
        /// The size in square samples at which the source wants it shown.
        var geometry: PictureGeometry
        var time: Instant
    }

    private var track: InputTrack?
    private var decoder: VideoDecoder?
    private var limiter: FrameRateLimiter
    /// Whether what comes can be decoded: closed until a key frame, and again when something is broken or missing.
    private var isOpen = false
    private var pool: VideoFramePool?

    init(framesPerSecond: Double) {
        limiter = FrameRateLimiter(framesPerSecond: framesPerSecond)
    }

    /// The source's pictures are of this kind from now on; what the decoder held back of the former is returned.
    ///
    /// Publishers say the same again and again; that changes nothing.
    mutating func open(_ track: InputTrack) throws(MediaError) -> [Picture] {
        guard track != self.track else { return [] }
        let rest = flush()
        isOpen = false
        decoder = nil
        self.track = nil
        decoder = try VideoDecoder(parameters: StreamParameters(track.streamDescription))
        self.track = track
        return rest
    }

    /// Something is missing in front of what follows.
    mutating func lose() { isOpen = false }

    /// The pictures that a packet completes; `time` is when its own picture is shown.
    ///
    /// A packet that cannot be decoded is an error, after which the line waits for the next key frame.
    mutating func decode(_ packet: EncodedPacket, at time: Instant) throws(MediaError) -> [Picture] {
        if packet.isKeyFrame { isOpen = true }
        guard isOpen else { return [] }
        let pts = MediaTime(value: time.nanoseconds, timescale: InputTrack.timescale)
        do throws(MediaError) {
            return chosen(try decoder?.decode(packet.data, pts: pts) ?? [], fallback: time)
        } catch {
            isOpen = false
            throw error
        }
    }

    /// The pictures held back at the end.
    mutating func flush() -> [Picture] {
        guard isOpen, let frames = decoder?.flush() else { return [] }
        return chosen(frames.filter { $0.pts != nil }, fallback: Instant(nanoseconds: 0))
    }

    private mutating func chosen(_ frames: [VideoFrame], fallback: Instant) -> [Picture] {
        var pictures: [Picture] = []
        for frame in frames {
            let time = frame.pts.map { Instant(nanoseconds: $0.nanoseconds) } ?? fallback
            guard limiter.admits(time) else { continue }
            let whole = frame.isInterlaced ? deinterlaced(frame) : frame
            pictures.append(Picture(frame: whole, geometry: PictureGeometry(of: frame), time: time))
        }
        return pictures
    }

    private mutating func deinterlaced(_ frame: VideoFrame) -> VideoFrame {
        if pool?.width != frame.width || pool?.height != frame.height {
            pool = VideoFramePool(width: frame.width, height: frame.height)
        }
        guard var buffer = pool?.makeBuffer(color: frame.color) else { return frame }
        buffer.withMutablePlanes { target in
            frame.withPlanes {
                Deinterlacer.deinterlace($0, topFieldFirst: frame.isTopFieldFirst, into: target)
            }
        }
        return buffer.freeze(pts: frame.pts)
    }
}
