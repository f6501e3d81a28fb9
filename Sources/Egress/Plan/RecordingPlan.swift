/// What one recording is to be, checked and complete: every default is filled in and every value is in its range.
///
/// It is made in the worker from a request and carried out in the job's process.
public struct RecordingPlan: Codable, Sendable, Hashable {
    /// The room to record.
    public var roomName: String
    /// The layout's name as it was asked for; only pictures need it.
    public var layout: String
    /// The picture; nil records sound alone.
    public var video: VideoPlan?
    /// The sound; nil records pictures alone.
    public var audio: AudioPlan?
    /// The output file's path as it was asked for, placeholders and all.
    public var filePath: String
}

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
}

/// How the sound is encoded.
public struct AudioPlan: Codable, Sendable, Hashable {
    /// The codec.
    public enum Format: String, Codable, Sendable, CaseIterable {
        case aac = "AAC"
        case opus = "OPUS"
        case mp3 = "MP3"
    }

    /// The codec.
    public var format: Format
    /// Thousands of bits a second.
    public var bitrate: Int
    /// Samples a second.
    public var frequency: Int
}
