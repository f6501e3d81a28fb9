/// The picture size in an AV1 sequence header (AV1 specification §5.5).
enum AV1SequenceHeader {
    /// The greatest size of the sequence's frames, from the header's contents.
    static func size(_ contents: ArraySlice<UInt8>) throws(WireError) -> (width: Int, height: Int) {
        var reader = BitReader(Array(contents))
        try reader.skip(4)
        let isReduced = try reader.readBit()
        if isReduced { try reader.skip(5) } else { try skipOperatingPoints(&reader) }
        let widthBits = Int(try reader.readBits(4)) + 1
        let heightBits = Int(try reader.readBits(4)) + 1
        let (width, height) = (Int(try reader.readBits(widthBits)) + 1, Int(try reader.readBits(heightBits)) + 1)
        return try PictureSize.checked(width: width, height: height)
    }

    private static func skipOperatingPoints(_ reader: inout BitReader) throws(WireError) {
        var delayLength: Int?
        if try reader.readBit() {
            try reader.skip(64)
            if try reader.readBit() { _ = try readVariableLength(&reader) }
            if try reader.readBit() {
                delayLength = Int(try reader.readBits(5)) + 1
                try reader.skip(42)
            }
        }
        let hasDisplayDelay = try reader.readBit()
        for _ in 0...(try reader.readBits(5)) {
            try reader.skip(12)
            if try reader.readBits(5) > 7 { try reader.skip(1) }
            if let delayLength, try reader.readBit() { try reader.skip(2 * delayLength + 1) }
            if hasDisplayDelay, try reader.readBit() { try reader.skip(4) }
        }
    }

    /// A code of `uvlc` (AV1 specification §4.10.3).
    private static func readVariableLength(_ reader: inout BitReader) throws(WireError) -> UInt32 {
        var zeros = 0
        while try !reader.readBit() { zeros += 1 }
        return zeros >= 32 ? .max : try reader.readBits(zeros)
    }
}
