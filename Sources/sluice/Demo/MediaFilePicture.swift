import Media
import MediaWire

/// Shows a file's pictures, over and over, scaled to one size.
struct MediaFilePicture: ~Copyable {
    private var demuxer: Demuxer
    private var decoder: VideoDecoder
    private let stream: Int
    private let parameters: StreamParameters
    private let pool: VideoFramePool
    private var waiting: [VideoFrame] = []
    private var current: VideoFrame?
    /// Seconds of the file's first picture, and of the loops already played.
    private var start: Double?
    private var loopOffset = 0.0

    init(path: String, width: Int, height: Int) throws(MediaError) {
        let demuxer = try Demuxer(path: path)
        guard let video = demuxer.first(.video) else {
            throw MediaError(.noMedia, "\(path) holds no video; --media needs a file with pictures")
        }
        let decoder = try VideoDecoder(parameters: video.parameters)
        self.demuxer = demuxer
        self.decoder = decoder
        stream = video.index
        parameters = video.parameters
        pool = VideoFramePool(width: width, height: height)
    }

    /// The picture at a time in seconds, which never goes back.
    mutating func frame(at seconds: Double) throws(MediaError) -> VideoFrame {
        while true {
            while let next = waiting.first, current == nil || time(of: next) <= seconds {
                current = next
                waiting.removeFirst()
            }
            if !waiting.isEmpty, let current { return scaled(current) }
            try readOn()
        }
    }

    private mutating func time(of frame: VideoFrame) -> Double {
        let own = frame.pts?.seconds ?? 0
        let first = start ?? own
        start = first
        return own - first + loopOffset
    }

    private mutating func readOn() throws(MediaError) {
        while let packet = try demuxer.next() {
            guard packet.stream == stream else { continue }
            let pts = MediaTime(value: packet.content.pts, timescale: packet.content.timescale)
            waiting += try decoder.decode(packet.content.data, pts: pts)
            if !waiting.isEmpty { return }
        }
        waiting += decoder.flush()
        if !waiting.isEmpty { return }
        guard let last = current else {
            throw MediaError(.noMedia, "the file of --media holds no picture that can be decoded")
        }
        // The next round begins one frame of 25 a second after the last picture.
        loopOffset = time(of: last) + 0.04
        current = nil
        try demuxer.rewind()
        decoder = try VideoDecoder(parameters: parameters)
    }

    private func scaled(_ frame: VideoFrame) -> VideoFrame {
        var buffer = pool.makeBuffer(color: frame.color)
        buffer.withMutablePlanes { target in
            frame.withPlanes { VideoScaler.scale($0, into: target) }
        }
        return buffer.freeze()
    }
}
