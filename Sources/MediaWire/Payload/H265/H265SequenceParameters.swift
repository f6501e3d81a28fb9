/// The picture size in an H.265 sequence parameter set (H.265 §7.3.2.2).
enum H265SequenceParameters {
    /// The size after cropping, from a NAL unit with its header.
    static func size(_ unit: ArraySlice<UInt8>) throws(WireError) -> (width: Int, height: Int) {
        var reader = BitReader(AnnexB.unescaped(unit.dropFirst(2)))
        try reader.skip(4)
        let subLayers = Int(try reader.readBits(3))
        try reader.skip(1)
        try skipProfiles(&reader, subLayers: subLayers)
        _ = try reader.readUnsignedExpGolomb()
        let chromaFormat = try reader.readUnsignedExpGolomb()
        let separatePlanes = chromaFormat == 3 ? try reader.readBit() : false
        let width = Int(try reader.readUnsignedExpGolomb())
        let height = Int(try reader.readUnsignedExpGolomb())
        var (cropX, cropY) = (0, 0)
        if try reader.readBit() {
            let (left, right) = (try reader.readUnsignedExpGolomb(), try reader.readUnsignedExpGolomb())
            let (top, bottom) = (try reader.readUnsignedExpGolomb(), try reader.readUnsignedExpGolomb())
            let isSubsampled = !separatePlanes && chromaFormat != 0
            cropX = (Int(left) + Int(right)) * (isSubsampled && chromaFormat < 3 ? 2 : 1)
            cropY = (Int(top) + Int(bottom)) * (isSubsampled && chromaFormat == 1 ? 2 : 1)
        }
        return try PictureSize.checked(width: width - cropX, height: height - cropY)
    }

    /// Passes over profile_tier_level (H.265 §7.3.3): 96 bits, then up to 88 and 8 for each sub-layer.
    private static func skipProfiles(_ reader: inout BitReader, subLayers: Int) throws(WireError) {
        try reader.skip(96)
        guard subLayers > 0 else { return }
        var following = 0
        for _ in 0..<subLayers {
            if try reader.readBit() { following += 88 }
            if try reader.readBit() { following += 8 }
        }
        try reader.skip(2 * (8 - subLayers) + following)
    }
}
