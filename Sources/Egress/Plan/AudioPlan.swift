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
