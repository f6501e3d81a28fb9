/// The fixed fields of an RTP header, read in place without copying the packet.
///
/// For deciding where a datagram goes before the work of parsing or decrypting it.
@frozen
public struct RTPHeaderView: Sendable, Hashable {
    /// The marker bit.
    public let marker: Bool
    /// The payload type, 0 through 127.
    public let payloadType: UInt8
    /// The packet's place in its stream.
    public let sequenceNumber: SequenceNumber
    /// The timestamp in ticks of the codec's clock.
    public let timestamp: UInt32
    /// The stream.
    public let ssrc: SSRC

    /// The header of these bytes; `nil` when they are too short or of another version.
    @inlinable
    public init?(_ bytes: [UInt8]) {
        guard bytes.count >= 12, bytes[0] >> 6 == 2 else { return nil }
        marker = bytes[1] & 0x80 != 0
        payloadType = bytes[1] & 0x7F
        sequenceNumber = SequenceNumber(rawValue: bytes.bigEndianUInt16(at: 2))
        timestamp = bytes.bigEndianUInt32(at: 4)
        ssrc = SSRC(rawValue: bytes.bigEndianUInt32(at: 8))
    }
}
