/// How sound is to be encoded.
public struct AudioEncoderConfiguration: Sendable, Hashable {
    /// What is made of the sound.
    public enum Format: String, Sendable, Hashable, CaseIterable {
        /// AAC-LC by FFmpeg.
        case aac
        /// Opus by libopus; 48 kHz only.
        case opus
        /// MP3 by LAME.
        case mp3
    }

    /// What is made of the sound.
    public var format: Format
    /// Samples a second and channels of the encoded sound.
    public var layout: AudioLayout
    /// Bits a second.
    public var bitrate: Int

    /// Settings by their parts.
    public init(format: Format, layout: AudioLayout = .mixing, bitrate: Int = 128_000) {
        self.format = format
        self.layout = layout
        self.bitrate = bitrate
    }
}
