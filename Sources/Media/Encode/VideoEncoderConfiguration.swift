/// How pictures are to be encoded.
public struct VideoEncoderConfiguration: Sendable, Hashable {
    /// What is made of the pictures.
    public enum Format: Sendable, Hashable {
        /// H.264 by x264.
        case h264(H264Profile)
        /// VP8 by libvpx in its real-time mode.
        case vp8
        /// VP9 by libvpx in its real-time mode.
        case vp9
    }

    /// The parts of H.264 a player has to know.
    public enum H264Profile: String, Sendable, Hashable, CaseIterable {
        /// No B-frames and no CABAC, for old devices.
        case baseline
        /// What everything plays.
        case main
        /// A few per cent better than main.
        case high
    }

    /// What is made of the pictures.
    public var format: Format
    /// Luma samples a row, even.
    public var width: Int
    /// Luma rows, even.
    public var height: Int
    /// Frames a second; a packet's times count frames unless `timescale` says otherwise.
    public var framesPerSecond: Int
    /// Ticks a second of the pictures' and packets' times, for sources whose frames come at any time; nil counts frames.
    public var timescale: Int32?
    /// Bits a second.
    public var bitrate: Int
    /// Longest time between two key frames in seconds; nil leaves it to the encoder (x264: 250 frames).
    public var keyFrameInterval: Double?
    /// x264's speed: `veryfast` and the like.
    public var preset = "veryfast"
    /// Encoder threads; 0 lets the encoder choose by the number of cores.
    public var threads = 0
    /// How much the bitrate may swing: the decoder's buffer holds this many milliseconds at `bitrate` (x264's VBV).
    public var bufferMilliseconds = 2_000
    /// Whether the bitrate is kept however little there is to see.
    ///
    /// H.264 is filled up to it and says so in its headers (x264's `nal-hrd=cbr`); VP8 and VP9 use libvpx's constant rate, which
    /// is the one meant for live streams and fills nothing up.
    public var isConstantRate = false
    /// Whether a cut in the picture may start a key frame early; off for outputs cut at fixed times.
    public var hasSceneCut = true
    /// No look-ahead, no reordering: each packet follows its picture at once.
    ///
    /// For publishers of live video.
    public var isLowLatency = false
    /// What the numbers of the pictures mean, written into the stream.
    public var color = VideoColor.bt601

    /// Settings with the usual values for everything not named.
    public init(format: Format, width: Int, height: Int, framesPerSecond: Int, bitrate: Int) {
        self.format = format
        self.width = width
        self.height = height
        self.framesPerSecond = framesPerSecond
        self.bitrate = bitrate
    }

    /// As few threads as should keep up with pictures of this size: every further one costs time, and x264's make delay or slices.
    ///
    /// x264 veryfast takes about half a core for 720p at 30 frames a second; one thread is trusted with 1.2 times that much.
    /// Whether a core is as fast as that shows only while encoding.
    public static func threads(width: Int, height: Int, framesPerSecond: Int) -> Int {
        let rate = Double(width * height * framesPerSecond)
        return max(1, Int((rate / (1280 * 720 * 30 * 1.2)).rounded(.up)))
    }

    /// Ticks a second of the times of pictures and packets.
    var ticksPerSecond: Int32 { timescale ?? Int32(clamping: framesPerSecond) }

    /// The usual length of a picture in ticks.
    var ticksPerFrame: Int64 { max(1, Int64(ticksPerSecond) / Int64(max(1, framesPerSecond))) }

    /// Ticks between key frames at most, if limited.
    var keyFrameTicks: Int64? {
        keyFrameInterval.map { Int64(max(1, min($0 * Double(ticksPerSecond), 1e12)).rounded()) }
    }

    /// Frames between key frames at most, if limited.
    var keyFrameDistance: Int32? {
        keyFrameInterval.map { Int32(clamping: Int(max(1, min($0 * Double(framesPerSecond), 1e6)).rounded())) }
    }

    func validate() throws(MediaError) {
        func check(_ condition: Bool, _ message: @autoclosure () -> String) throws(MediaError) {
            if !condition { throw MediaError(.invalidConfiguration, message()) }
        }
        try check(
            (16...8_192).contains(width) && (16...8_192).contains(height) && width % 2 == 0 && height % 2 == 0,
            "a video size of \(width)×\(height) is not possible: both sides must be even and within 16…8192"
        )
        try check((1...240).contains(framesPerSecond), "\(framesPerSecond) frames a second are outside 1…240")
        try check((1...1_000_000_000).contains(ticksPerSecond), "\(ticksPerSecond) ticks a second are outside 1…10⁹")
        try check(
            (1_000...500_000_000).contains(bitrate),
            "a video bitrate of \(bitrate) bit/s is outside 1 kbit/s…500 Mbit/s"
        )
        try check(
            (1...60_000).contains(bufferMilliseconds),
            "a rate buffer of \(bufferMilliseconds) ms is outside 1…60000"
        )
        try check((0...128).contains(threads), "\(threads) encoder threads are outside 0…128")
        try check(
            keyFrameInterval.map { $0.isFinite && $0 > 0 } ?? true,
            "a key frame interval of \(keyFrameInterval ?? 0) s is not possible"
        )
    }
}
