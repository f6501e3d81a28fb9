/// What a media file holds.
public struct MediaSummary: Sendable, Hashable {
    /// A stream of pictures.
    public struct Video: Sendable, Hashable {
        /// FFmpeg's name of the codec.
        public var codec: String
        /// Luma samples a row.
        public var width: Int
        /// Luma rows.
        public var height: Int
        /// Average frames a second, if known.
        public var frameRate: Double?
    }

    /// A stream of sound.
    public struct Audio: Sendable, Hashable {
        /// FFmpeg's name of the codec.
        public var codec: String
        /// Samples a second.
        public var sampleRate: Int
        /// The number of channels.
        public var channels: Int
    }

    /// The container by FFmpeg's name.
    public var container: String
    /// Length of the longest stream.
    public var duration: Duration
    /// Bytes.
    public var size: Int64
    /// The first stream of pictures.
    public var video: Video?
    /// The first stream of sound.
    public var audio: Audio?
}
