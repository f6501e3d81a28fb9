/// How the picture is encoded.
public struct VideoPlan: Codable, Sendable, Hashable {
    /// Which part of H.264 the encoder may use.
    public enum Profile: String, Codable, Sendable, CaseIterable {
        case baseline = "H264_BASELINE"
        case main = "H264_MAIN"
        case high = "H264_HIGH"
    }

    /// Which part of H.264 the encoder may use.
    public var profile: Profile
    /// Pixels, even.
    public var width: Int
    /// Pixels, even.
    public var height: Int
    /// Frames a second.
    public var framerate: Int
    /// Thousands of bits a second.
    public var bitrate: Int
    /// Longest time between key frames in seconds; nil leaves it to the encoder.
    public var keyFrameInterval: Double?
    /// How long the bitrate may swing: seconds of it that a decoder has to buffer; nil leaves it to the encoder.
    public var rateBuffer: Double?
    /// Whether the bitrate is the same at all times, as servers for live streams want it; filled up where pictures need less.
    public var isConstantRate = false
}
