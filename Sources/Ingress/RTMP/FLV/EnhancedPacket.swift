internal import MediaWire

/// What the two extended tag headers have in common (Enhanced RTMP v2, "ExVideoTagHeader" and "ExAudioTagHeader").
///
/// Of several tracks in one tag the first, number 0, is taken.
struct EnhancedPacket {
    /// Packet types that mean the same for pictures and for sound.
    enum PacketType {
        static let sequenceStart: UInt8 = 0
        static let codedFrames: UInt8 = 1
        static let sequenceEnd: UInt8 = 2
        static let modifier: UInt8 = 7
    }

    /// How tracks are put together.
    private enum Multitrack {
        static let one: UInt8 = 0
        static let many: UInt8 = 1
        static let manyCodecs: UInt8 = 2
    }

    var type: UInt8
    var fourCC: FourCC
    /// Where the packet lies; nil if there is none of the first track.
    var body: Range<Int>?

    /// Reads on behind the first byte, whose low bits are `type`; `multitrack` is the type that says there are several.
    init(type: UInt8, multitrack: UInt8, _ reader: inout ByteReader) throws(WireError) {
        var type = type
        while type == PacketType.modifier { type = try Self.skipModifier(&reader) }
        guard type == multitrack else {
            self.type = type
            fourCC = try Self.readFourCC(&reader)
            body = reader.position..<reader.position + reader.remaining
            return
        }
        let byte = try reader.readUInt8()
        let layout = byte >> 4
        guard layout <= Multitrack.manyCodecs, byte & 0x0F != multitrack else {
            throw reader.malformed("tracks within tracks, or of kind \(layout)")
        }
        self.type = byte & 0x0F
        fourCC = layout == Multitrack.manyCodecs ? FourCC(rawValue: 0) : try Self.readFourCC(&reader)
        while body == nil, !reader.isAtEnd {
            if layout == Multitrack.manyCodecs { fourCC = try Self.readFourCC(&reader) }
            let track = try reader.readUInt8()
            let size = layout == Multitrack.one ? reader.remaining : Int(try reader.readUInt24())
            let start = reader.position
            try reader.skip(size)
            if track == 0 { body = start..<start + size }
        }
    }

    /// Passes over a modifier (nanoseconds of the timestamp, and what may come), and gives the type that follows.
    private static func skipModifier(_ reader: inout ByteReader) throws(WireError) -> UInt8 {
        var size = Int(try reader.readUInt8()) + 1
        if size == 256 { size = Int(try reader.readUInt16()) + 1 }
        try reader.skip(size)
        return try reader.readUInt8() & 0x0F
    }

    private static func readFourCC(_ reader: inout ByteReader) throws(WireError) -> FourCC {
        FourCC(rawValue: try reader.readUInt32())
    }
}
