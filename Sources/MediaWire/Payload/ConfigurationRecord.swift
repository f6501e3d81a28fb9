/// The headers that containers carry for codecs, as far as the size of the picture is concerned.
package enum ConfigurationRecord {
    /// NAL unit types of sequence parameter sets (H.264 table 7-1, H.265 table 7-1).
    private static let h264SequenceParameters: UInt8 = 7
    private static let h265SequenceParameters: UInt8 = 33

    /// The size of the picture by an `avcC` (ISO/IEC 14496-15 §5.3.3.1); nil if it holds no sequence parameter set.
    package static func pictureSize(avcC bytes: [UInt8]) throws(WireError) -> (width: Int, height: Int)? {
        var reader = ByteReader(bytes, structure: "avcC")
        try checkVersion(&reader)
        try reader.skip(4)
        guard try reader.readUInt8() & 0x1F > 0 else { return nil }
        let unit = try reader.readBytes(Int(reader.readUInt16()))
        guard let first = unit.first, first & 0x1F == h264SequenceParameters else {
            throw reader.malformed("its first unit is no sequence parameter set")
        }
        return try H264SequenceParameters(parsing: unit[...]).size
    }

    /// The size of the picture by an `hvcC` (ISO/IEC 14496-15 §8.3.3.1); nil if it holds no sequence parameter set.
    package static func pictureSize(hvcC bytes: [UInt8]) throws(WireError) -> (width: Int, height: Int)? {
        var reader = ByteReader(bytes, structure: "hvcC")
        try checkVersion(&reader)
        try reader.skip(21)
        for _ in 0..<(try reader.readUInt8()) {
            let type = try reader.readUInt8() & 0x3F
            for _ in 0..<(try reader.readUInt16()) {
                let unit = try reader.readBytes(Int(reader.readUInt16()))
                guard type == h265SequenceParameters else { continue }
                guard unit.count > 2 else { throw reader.malformed("a parameter set without contents") }
                return try H265SequenceParameters.size(unit[...])
            }
        }
        return nil
    }

    /// The size of the picture by an `av1C` (AV1 in ISOBMFF §2.3.3); nil if it holds no sequence header.
    package static func pictureSize(av1C bytes: [UInt8]) throws(WireError) -> (width: Int, height: Int)? {
        guard bytes.count >= 4 else { throw .truncated(structure: "av1C", needed: 4, available: bytes.count) }
        guard bytes[0] == 0x81 else {
            throw .malformed(structure: "av1C", reason: "marker and version are \(bytes[0]) and not 129")
        }
        let stream = Array(bytes[4...])
        let header = try AV1OBU.units(in: stream).first { $0.type == AV1OBU.UnitType.sequenceHeader }
        guard let header else { return nil }
        return try AV1SequenceHeader.size(stream[header.contents])
    }

    private static func checkVersion(_ reader: inout ByteReader) throws(WireError) {
        let version = try reader.readUInt8()
        guard version == 1 else { throw reader.malformed("its version is \(version) and not 1") }
    }
}
