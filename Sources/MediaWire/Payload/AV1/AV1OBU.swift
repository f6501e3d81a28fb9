/// Open bitstream units, the pieces an AV1 stream is made of (AV1 specification §5.3).
enum AV1OBU {
    /// Types of units (AV1 specification §6.2.2).
    enum UnitType {
        static let sequenceHeader: UInt8 = 1
        static let temporalDelimiter: UInt8 = 2
        static let frameHeader: UInt8 = 3
        static let frame: UInt8 = 6
        static let tileList: UInt8 = 8
        static let padding: UInt8 = 15
    }

    /// A unit as it lies in some bytes.
    struct Unit: Equatable {
        /// The one or two bytes of header, with the bit that announces a size cleared.
        var header: [UInt8]
        /// Where the contents lie.
        var contents: Range<Int>
        /// The type of unit.
        var type: UInt8 { header[0] >> 3 & 0x0F }
        /// Whether it has a place in an RTP payload (RTP payload format §5).
        var isTransported: Bool {
            ![UnitType.temporalDelimiter, UnitType.tileList, UnitType.padding].contains(type)
        }
    }

    /// Reads the unit at the front of `bytes[range]`; without a size of its own it takes the whole range.
    static func parse(_ bytes: [UInt8], in range: Range<Int>) throws(WireError) -> Unit {
        guard let first = range.first.map({ bytes[$0] }) else {
            throw .truncated(structure: "AV1 OBU", needed: 1, available: 0)
        }
        guard first & 0x80 == 0 else { throw .malformed(structure: "AV1 OBU", reason: "the forbidden bit is set") }
        var index = range.lowerBound + (first & 0x04 == 0 ? 1 : 2)
        guard index <= range.upperBound else { throw .truncated(structure: "AV1 OBU", needed: 2, available: 1) }
        var header = Array(bytes[range.lowerBound..<index])
        header[0] &= ~0x02
        guard first & 0x02 != 0 else { return Unit(header: header, contents: index..<range.upperBound) }
        let size = try LEB128.read(bytes, at: &index, end: range.upperBound)
        guard size <= range.upperBound - index else {
            throw .truncated(structure: "AV1 OBU", needed: size, available: range.upperBound - index)
        }
        return Unit(header: header, contents: index..<index + size)
    }

    /// The units of a temporal unit in the low-overhead format (AV1 specification §5.2), where each has a size.
    static func units(in stream: [UInt8]) throws(WireError) -> [Unit] {
        var units: [Unit] = []
        var index = 0
        while index < stream.count {
            let unit = try parse(stream, in: index..<stream.count)
            units.append(unit)
            index = unit.contents.upperBound
        }
        return units
    }

    /// Appends a unit in the low-overhead format.
    static func append(_ unit: Unit, of bytes: [UInt8], to stream: inout [UInt8]) {
        stream.append(unit.header[0] | 0x02)
        stream.append(contentsOf: unit.header[1...])
        LEB128.append(unit.contents.count, to: &stream)
        stream.append(contentsOf: bytes[unit.contents])
    }

    /// Whether a frame or frame header begins a key frame: not a repetition, and of type 0 (AV1 specification §5.9.2).
    static func isKeyFrame(_ unit: Unit, of bytes: [UInt8]) -> Bool {
        guard unit.type == UnitType.frame || unit.type == UnitType.frameHeader,
            let first = unit.contents.first.map({ bytes[$0] })
        else { return false }
        return first & 0xE0 == 0
    }
}
