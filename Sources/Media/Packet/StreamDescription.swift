/// What a publisher says of a stream of its own: enough to open a decoder without a container.
public struct StreamDescription: Sendable, Hashable {
    /// The largest codec header taken: H.264 allows 32 sequence and 256 picture parameter sets, which are small each.
    public static let maximumHeaderSize = 256 << 10

    /// FFmpeg's name of the codec: `h264`, `hevc`, `aac` ….
    public var codecName: String
    /// The codec's header as containers carry it (`avcC`, AudioSpecificConfig, OpusHead …); empty if there is none.
    public var header: [UInt8]
    /// Ticks a second of the stream's packets.
    public var timescale: Int32
    /// Luma samples a row, 0 if not known or for sound.
    public var width: Int
    /// Luma rows, 0 if not known or for sound.
    public var height: Int
    /// Samples a second, 0 if not known or for pictures.
    public var sampleRate: Int
    /// Channels of sound, 0 if not known or for pictures.
    public var channels: Int

    /// A stream by its parts.
    public init(
        codecName: String,
        header: [UInt8] = [],
        timescale: Int32,
        width: Int = 0,
        height: Int = 0,
        sampleRate: Int = 0,
        channels: Int = 0
    ) {
        self.codecName = codecName
        self.header = header
        self.timescale = timescale
        self.width = width
        self.height = height
        self.sampleRate = sampleRate
        self.channels = channels
    }
}
