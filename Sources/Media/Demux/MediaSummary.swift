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

        /// A stream by its parts.
        public init(codec: String, width: Int, height: Int, frameRate: Double?) {
            self.codec = codec
            self.width = width
            self.height = height
            self.frameRate = frameRate
        }
    }

    /// A stream of sound.
    public struct Audio: Sendable, Hashable {
        /// FFmpeg's name of the codec.
        public var codec: String
        /// Samples a second.
        public var sampleRate: Int
        /// The number of channels.
        public var channels: Int

        /// A stream by its parts.
        public init(codec: String, sampleRate: Int, channels: Int) {
            self.codec = codec
            self.sampleRate = sampleRate
            self.channels = channels
        }
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

    /// A file by its parts.
    public init(container: String, duration: Duration, size: Int64, video: Video? = nil, audio: Audio? = nil) {
        self.container = container
        self.duration = duration
        self.size = size
        self.video = video
        self.audio = audio
    }
}
