/// Retransmission payloads (RFC 4588 §4): the lost packet's payload behind its original sequence number.
public enum RTXPacket {
    /// `packet` as a retransmission on the stream `ssrc` with its own payload type and numbering.
    ///
    /// Marker, timestamp and extensions stay; padding is dropped.
    public static func wrap(
        _ packet: RTPPacket,
        ssrc: SSRC,
        payloadType: UInt8,
        sequenceNumber: SequenceNumber
    ) -> RTPPacket {
        var payload: [UInt8] = []
        payload.reserveCapacity(2 + packet.payload.count)
        payload.append(bigEndian: packet.sequenceNumber.rawValue)
        payload.append(contentsOf: packet.payload)
        var wrapped = packet
        wrapped.payload = payload
        wrapped.paddingLength = 0
        wrapped.ssrc = ssrc
        wrapped.payloadType = payloadType
        wrapped.sequenceNumber = sequenceNumber
        return wrapped
    }

    /// The packet that `packet` retransmits, on the stream `ssrc` with the original payload type.
    ///
    /// `nil` when there is no original sequence number: bandwidth probes are RTX packets of padding alone.
    public static func unwrap(_ packet: RTPPacket, ssrc: SSRC, payloadType: UInt8) -> RTPPacket? {
        guard packet.payload.count >= 2 else { return nil }
        var original = packet
        original.sequenceNumber = SequenceNumber(rawValue: packet.payload.bigEndianUInt16(at: 0))
        original.payload = Array(packet.payload[2...])
        original.paddingLength = 0
        original.ssrc = ssrc
        original.payloadType = payloadType
        return original
    }
}
