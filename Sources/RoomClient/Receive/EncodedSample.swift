public import MediaWire

/// One encoded picture or audio frame of a subscribed track, complete and in order.
public struct EncodedSample: Sendable {
    /// How the data is encoded.
    ///
    /// Redundant audio arrives unpacked, as Opus.
    public var codec: Codec
    /// The encoded frame: VP8 and VP9 as they are, H264 and H265 with start codes, AV1 as OBUs with sizes, Opus packets.
    public var data: [UInt8]
    /// Whether decoding can start here; always true for audio.
    public var isKeyFrame: Bool
    /// RTP timestamp in units of `clockRate`, extended to 64 bits and continuous for the life of the subscription,
    /// across reconnects too.
    public var timestamp: Int64
    /// Units of `timestamp` per second.
    public var clockRate: Int
    /// When the frame was captured by the publisher's clock; nil until its first sender report.
    public var capturedAt: WallClock?
    /// When the frame's last packet arrived.
    public var arrival: Instant
    /// False when something between the sample before and this one was lost.
    public var isIntact: Bool
    /// Width in pixels, known on key frames of most codecs.
    public var width: Int?
    /// Height in pixels, known on key frames of most codecs.
    public var height: Int?

    /// Makes a sample.
    public init(
        codec: Codec,
        data: [UInt8],
        isKeyFrame: Bool,
        timestamp: Int64,
        clockRate: Int,
        capturedAt: WallClock? = nil,
        arrival: Instant,
        isIntact: Bool = true,
        width: Int? = nil,
        height: Int? = nil
    ) {
        self.codec = codec
        self.data = data
        self.isKeyFrame = isKeyFrame
        self.timestamp = timestamp
        self.clockRate = clockRate
        self.capturedAt = capturedAt
        self.arrival = arrival
        self.isIntact = isIntact
        self.width = width
        self.height = height
    }
}
