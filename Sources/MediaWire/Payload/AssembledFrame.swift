/// One frame put together from the packets of a stream.
public struct AssembledFrame: Sendable, Hashable {
    /// The frame as decoders take it.
    ///
    /// VP8: the frame. VP9: the frame, or the frames of all spatial layers with a superframe index. H264 and H265: NAL
    /// units behind start codes. AV1: units with sizes, without a temporal delimiter. Audio: the packet.
    public var data: [UInt8]
    /// The RTP timestamp of its packets.
    public var rtpTimestamp: UInt32
    /// Whether a decoder can begin with it.
    public var isKeyFrame: Bool
    /// The extended sequence number of its first packet.
    public var firstSequence: Int64
    /// The extended sequence number of its last packet.
    public var lastSequence: Int64
    /// Whether no packet is missing between the frame put out before and this one.
    ///
    /// What is put out is always whole; but behind a gap only a key frame can be decoded for certain, so whoever sees
    /// `false` on another frame waits for the next key frame.
    public var isIntact: Bool

    /// A frame with these properties.
    public init(
        data: [UInt8],
        rtpTimestamp: UInt32,
        isKeyFrame: Bool,
        firstSequence: Int64,
        lastSequence: Int64,
        isIntact: Bool
    ) {
        self.data = data
        self.rtpTimestamp = rtpTimestamp
        self.isKeyFrame = isKeyFrame
        self.firstSequence = firstSequence
        self.lastSequence = lastSequence
        self.isIntact = isIntact
    }
}
