/// The parts of RTP payloads of H.264 (RFC 6184), in the non-interleaved mode that WebRTC uses.
enum H264Payload {
    /// Types of NAL units (H.264 table 7-1), and those RFC 6184 §5.2 adds.
    enum UnitType {
        static let slice: UInt8 = 1
        static let idrSlice: UInt8 = 5
        static let supplementalInformation: UInt8 = 6
        static let sequenceParameters: UInt8 = 7
        static let pictureParameters: UInt8 = 8
        static let accessUnitDelimiter: UInt8 = 9
        static let filler: UInt8 = 12
        static let singleTimeAggregation: UInt8 = 24
        static let fragmentation: UInt8 = 28
    }

    /// A piece of a payload.
    enum Piece: Equatable {
        /// A whole NAL unit, where it lies in the payload.
        case unit(Range<Int>)
        /// Part of a unit with this header: whether it is its first and its last, and where it lies.
        case fragment(header: UInt8, isFirst: Bool, isLast: Bool, Range<Int>)
    }

    /// The type in a NAL unit's header.
    static func type(_ header: UInt8) -> UInt8 { header & 0x1F }

    /// Takes a payload apart.
    static func pieces(_ payload: [UInt8]) throws(WireError) -> [Piece] {
        guard let header = payload.first else {
            throw .truncated(structure: "H.264 payload", needed: 1, available: 0)
        }
        switch type(header) {
        case 1...23: return [.unit(0..<payload.count)]
        case UnitType.singleTimeAggregation: return try aggregated(payload)
        case UnitType.fragmentation:
            guard payload.count > 2 else {
                throw .truncated(structure: "H.264 FU-A", needed: 3, available: payload.count)
            }
            let info = payload[1]
            return [
                .fragment(
                    header: header & 0xE0 | info & 0x1F,
                    isFirst: info & 0x80 != 0,
                    isLast: info & 0x40 != 0,
                    2..<payload.count
                )
            ]
        default:
            throw .malformed(structure: "H.264 payload", reason: "packet type \(type(header)) is of interleaved mode")
        }
    }

    private static func aggregated(_ payload: [UInt8]) throws(WireError) -> [Piece] {
        var pieces: [Piece] = []
        var index = 1
        while index < payload.count {
            guard index + 2 <= payload.count else {
                throw .truncated(structure: "H.264 STAP-A", needed: 2, available: payload.count - index)
            }
            let length = Int(payload.bigEndianUInt16(at: index))
            index += 2
            guard length > 0, index + length <= payload.count else {
                throw .truncated(structure: "H.264 STAP-A", needed: length, available: payload.count - index)
            }
            pieces.append(.unit(index..<index + length))
            index += length
        }
        return pieces
    }

    /// Whether a NAL unit with this header, whose contents begin at `index`, is the first of a picture.
    static func startsPicture(header: UInt8, _ payload: [UInt8], contentsAt index: Int) -> Bool {
        switch type(header) {
        case UnitType.slice, UnitType.idrSlice:
            // first_mb_in_slice is the first code; a set bit is the code of 0.
            index < payload.count && payload[index] & 0x80 != 0
        case UnitType.supplementalInformation...UnitType.accessUnitDelimiter: true
        default: false
        }
    }
}
