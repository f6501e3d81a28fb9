/// H.264 and H.265 as a stream of bytes: NAL units behind start codes (H.264 annex B).
package enum AnnexB {
    /// The start code written before each unit.
    static let startCode: [UInt8] = [0, 0, 0, 1]

    /// Where the NAL units of `stream` lie; a stream without a start code is one unit.
    package static func units(in stream: [UInt8]) -> [Range<Int>] {
        var units: [Range<Int>] = []
        var start: Int?
        var zeros = 0
        for index in stream.indices {
            switch stream[index] {
            case 0: zeros += 1
            case 1 where zeros >= 2:
                if let start, start < index - zeros { units.append(start..<index - zeros) }
                start = index + 1
                zeros = 0
            default: zeros = 0
            }
        }
        guard let start else { return stream.isEmpty ? [] : [0..<stream.count] }
        // Zeros at the end are padding: a NAL unit never ends with one.
        if start < stream.count - zeros { units.append(start..<stream.count - zeros) }
        return units
    }

    /// A unit's contents without the bytes that keep start codes out of it (H.264 §7.4.1).
    static func unescaped(_ unit: ArraySlice<UInt8>) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(unit.count)
        var zeros = 0
        for byte in unit {
            if zeros >= 2, byte == 3 {
                zeros = 0
                continue
            }
            zeros = byte == 0 ? zeros + 1 : 0
            bytes.append(byte)
        }
        return bytes
    }
}
