/// One RTP packet (RFC 3550 §5.1).
public struct RTPPacket: Sendable, Hashable {
    /// The marker bit: for video the last packet of a frame, for audio the first after silence.
    public var marker: Bool
    /// The payload type, 0 through 127, whose meaning SDP gives.
    public var payloadType: UInt8
    /// The packet's place in its stream.
    public var sequenceNumber: SequenceNumber
    /// When the first byte of the payload was sampled, in ticks of the codec's clock.
    public var timestamp: UInt32
    /// The stream.
    public var ssrc: SSRC
    /// Sources that contributed to a mixed payload, at most 15.
    public var csrcs: [UInt32]
    /// Header extension elements.
    public var extensions: RTPHeaderExtensions
    /// The payload without padding.
    public var payload: [UInt8]
    /// Bytes of padding after the payload, the last of which is the count itself; 0 for none.
    public var paddingLength: UInt8

    /// The bytes of the fixed part of the header.
    public static let fixedHeaderLength = 12

    /// A packet with these fields.
    public init(
        marker: Bool = false,
        payloadType: UInt8,
        sequenceNumber: SequenceNumber,
        timestamp: UInt32,
        ssrc: SSRC,
        csrcs: [UInt32] = [],
        extensions: RTPHeaderExtensions = RTPHeaderExtensions(),
        payload: [UInt8],
        paddingLength: UInt8 = 0
    ) {
        self.marker = marker
        self.payloadType = payloadType
        self.sequenceNumber = sequenceNumber
        self.timestamp = timestamp
        self.ssrc = ssrc
        self.csrcs = csrcs
        self.extensions = extensions
        self.payload = payload
        self.paddingLength = paddingLength
    }

    /// Whether the bytes of a datagram already known to be RTP or RTCP are RTCP (RFC 5761 §4: second byte 192–223).
    @inlinable
    public static func isRTCP(_ bytes: [UInt8]) -> Bool {
        bytes.count >= 2 && bytes[0] >> 6 == 2 && (192...223).contains(bytes[1])
    }
}
