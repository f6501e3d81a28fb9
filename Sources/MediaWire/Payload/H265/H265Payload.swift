/// The parts of RTP payloads of H.265 (RFC 7798), without decoding order numbers, as WebRTC uses it.
enum H265Payload {
    /// Types of NAL units (H.265 table 7-1), and those RFC 7798 §4.4 adds.
    enum UnitType {
        static let firstIntraRandomAccess: UInt8 = 16
        static let lastIntraRandomAccess: UInt8 = 23
        static let firstNonPicture: UInt8 = 32
        static let videoParameters: UInt8 = 32
        static let sequenceParameters: UInt8 = 33
        static let pictureParameters: UInt8 = 34
        static let accessUnitDelimiter: UInt8 = 35
        static let filler: UInt8 = 38
        static let prefixInformation: UInt8 = 39
        static let aggregation: UInt8 = 48
        static let fragmentation: UInt8 = 49
    }

    /// A piece of a payload.
    enum Piece: Equatable {
        /// A whole NAL unit, where it lies in the payload.
        case unit(Range<Int>)
        /// Part of a unit with this header: whether it is its first and its last, and where it lies.
        case fragment(header: UInt16, isFirst: Bool, isLast: Bool, Range<Int>)
    }

    /// The type in the first byte of a NAL unit's header.
    static func type(_ header: UInt8) -> UInt8 { header >> 1 & 0x3F }

    /// Takes a payload apart.
    static func pieces(_ payload: [UInt8]) throws(WireError) -> [Piece] {
        guard payload.count > 2 else {
            throw .truncated(structure: "H.265 payload", needed: 3, available: payload.count)
        }
        switch type(payload[0]) {
        case 0..<UnitType.aggregation: return [.unit(0..<payload.count)]
        case UnitType.aggregation: return try aggregated(payload)
        case UnitType.fragmentation:
            guard payload.count > 3 else {
                throw .truncated(structure: "H.265 FU", needed: 4, available: payload.count)
            }
            let info = payload[2]
            let header = payload.bigEndianUInt16(at: 0) & 0x81FF | UInt16(info & 0x3F) << 9
            return [
                .fragment(
                    header: header,
                    isFirst: info & 0x80 != 0,
                    isLast: info & 0x40 != 0,
                    3..<payload.count
                )
            ]
        default:
            throw .malformed(structure: "H.265 payload", reason: "packet type \(type(payload[0])) is not supported")
        }
    }

    private static func aggregated(_ payload: [UInt8]) throws(WireError) -> [Piece] {
        var pieces: [Piece] = []
        var index = 2
        while index < payload.count {
            guard index + 2 <= payload.count else {
                throw .truncated(structure: "H.265 aggregation", needed: 2, available: payload.count - index)
            }
            let length = Int(payload.bigEndianUInt16(at: index))
            index += 2
            guard length > 2, index + length <= payload.count else {
                throw .truncated(structure: "H.265 aggregation", needed: length, available: payload.count - index)
            }
            pieces.append(.unit(index..<index + length))
            index += length
        }
        return pieces
    }

    /// Whether a NAL unit of this type, whose contents begin at `index`, is the first of a picture.
    static func startsPicture(type: UInt8, _ payload: [UInt8], contentsAt index: Int) -> Bool {
        switch type {
        case ..<UnitType.firstNonPicture:
            // first_slice_segment_in_pic_flag.
            index < payload.count && payload[index] & 0x80 != 0
        case UnitType.videoParameters...UnitType.accessUnitDelimiter, UnitType.prefixInformation: true
        default: false
        }
    }
}
