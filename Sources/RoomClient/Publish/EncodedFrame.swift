public import MediaWire

/// One encoded picture or audio frame to publish.
public struct EncodedFrame: Sendable {
    /// The encoded frame: H264 and H265 with start codes, AV1 as OBUs with sizes, others as they are.
    public var data: [UInt8]
    /// RTP timestamp in units of the codec's clock rate; the same instant has the same value in every layer.
    public var timestamp: UInt32
    /// Whether decoding can start here; ignored for audio.
    public var isKeyFrame: Bool
    /// How loud an audio frame is; servers find active speakers by it.
    public var audioLevel: AudioLevel?
    /// When the frame was captured, by the same clock for all tracks of a participant: receivers bring sound and
    /// picture together by it.
    ///
    /// Without it the time of sending counts.
    public var capturedAt: WallClock?

    /// Makes a frame.
    public init(
        data: [UInt8],
        timestamp: UInt32,
        isKeyFrame: Bool = true,
        audioLevel: AudioLevel? = nil,
        capturedAt: WallClock? = nil
    ) {
        self.data = data
        self.timestamp = timestamp
        self.isKeyFrame = isKeyFrame
        self.audioLevel = audioLevel
        self.capturedAt = capturedAt
    }
}
