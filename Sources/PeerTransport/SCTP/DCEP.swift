internal import MediaWire

/// The data channel establishment protocol (RFC 8832 §5).
enum DCEP: Equatable {
    /// DATA_CHANNEL_OPEN.
    case open(label: String, protocol: String, ordered: Bool, maxRetransmits: UInt16?)
    /// DATA_CHANNEL_ACK.
    case acknowledge

    private static let openType: UInt8 = 0x03
    private static let acknowledgeType: UInt8 = 0x02
    private static let openHeaderLength = 12

    /// Reads a message; nil if it is malformed.
    ///
    /// A lifetime limit is read as no retransmission, the stricter meaning.
    init?(parsing bytes: [UInt8]) {
        switch bytes.first {
        case Self.acknowledgeType: self = .acknowledge
        case Self.openType:
            guard bytes.count >= Self.openHeaderLength else { return nil }
            let word = { (offset: Int) in UInt16(bytes[offset]) << 8 | UInt16(bytes[offset + 1]) }
            let labelEnd = Self.openHeaderLength + Int(word(8))
            let end = labelEnd + Int(word(10))
            guard bytes.count >= end else { return nil }
            let channelType = bytes[1]
            let reliability = UInt32(word(4)) << 16 | UInt32(word(6))
            let maxRetransmits: UInt16?
            switch channelType & 0x7F {
            case 0x00: maxRetransmits = nil
            case 0x01: maxRetransmits = UInt16(clamping: reliability)
            case 0x02: maxRetransmits = 0
            default: return nil
            }
            self = .open(
                label: String(decoding: bytes[Self.openHeaderLength..<labelEnd], as: UTF8.self),
                protocol: String(decoding: bytes[labelEnd..<end], as: UTF8.self),
                ordered: channelType & 0x80 == 0,
                maxRetransmits: maxRetransmits
            )
        default: return nil
        }
    }

    /// The message's bytes.
    ///
    /// Label and protocol are cut at 65 535 bytes, more the field cannot count.
    func serialized() -> [UInt8] {
        switch self {
        case .acknowledge: return [Self.acknowledgeType]
        case .open(let label, let `protocol`, let ordered, let maxRetransmits):
            let label = Array(label.utf8.prefix(Int(UInt16.max)))
            let `protocol` = Array(`protocol`.utf8.prefix(Int(UInt16.max)))
            let word = { (value: UInt16) -> [UInt8] in [UInt8(value >> 8), UInt8(truncatingIfNeeded: value)] }
            var bytes: [UInt8] = [Self.openType, (ordered ? 0x00 : 0x80) | (maxRetransmits == nil ? 0x00 : 0x01)]
            bytes += word(0)  // priority
            bytes += word(0) + word(maxRetransmits ?? 0)
            bytes += word(UInt16(label.count)) + word(UInt16(`protocol`.count))
            return bytes + label + `protocol`
        }
    }
}

/// The payload protocol identifiers of data channels (RFC 8831 §8).
enum DataChannelPayload {
    static let control: UInt32 = 50
    static let string: UInt32 = 51
    static let binary: UInt32 = 53
    static let emptyString: UInt32 = 56
    static let emptyBinary: UInt32 = 57
}
