/// The picture size in an H.264 sequence parameter set (H.264 §7.3.2.1.1).
enum H264SequenceParameters {
    /// Profiles whose parameter sets say more about samples (H.264 §7.3.2.1.1).
    private static let profilesWithChroma: Set<UInt32> = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]

    /// The size after cropping, from a NAL unit with its header.
    static func size(_ unit: ArraySlice<UInt8>) throws(WireError) -> (width: Int, height: Int) {
        var reader = BitReader(AnnexB.unescaped(unit.dropFirst()))
        let profile = try reader.readBits(8)
        try reader.skip(16)
        _ = try reader.readUnsignedExpGolomb()
        let (chromaFormat, separatePlanes) =
            profilesWithChroma.contains(profile) ? try readChroma(&reader) : (1, false)
        _ = try reader.readUnsignedExpGolomb()
        try skipPictureOrder(&reader)
        _ = try reader.readUnsignedExpGolomb()
        try reader.skip(1)
        let widthInBlocks = Int(try reader.readUnsignedExpGolomb()) + 1
        let heightInUnits = Int(try reader.readUnsignedExpGolomb()) + 1
        let fieldFactor = try reader.readBit() ? 1 : 2
        if fieldFactor == 2 { try reader.skip(1) }
        try reader.skip(1)
        var (cropX, cropY) = (0, 0)
        if try reader.readBit() {
            let (left, right) = (try reader.readUnsignedExpGolomb(), try reader.readUnsignedExpGolomb())
            let (top, bottom) = (try reader.readUnsignedExpGolomb(), try reader.readUnsignedExpGolomb())
            let isSubsampled = !separatePlanes && chromaFormat != 0
            cropX = (Int(left) + Int(right)) * (isSubsampled && chromaFormat < 3 ? 2 : 1)
            cropY = (Int(top) + Int(bottom)) * (isSubsampled && chromaFormat == 1 ? 2 : 1) * fieldFactor
        }
        return try PictureSize.checked(
            width: 16 * widthInBlocks - cropX,
            height: 16 * heightInUnits * fieldFactor - cropY
        )
    }

    private static func readChroma(_ reader: inout BitReader) throws(WireError) -> (UInt32, Bool) {
        let format = try reader.readUnsignedExpGolomb()
        let separatePlanes = format == 3 ? try reader.readBit() : false
        _ = try reader.readUnsignedExpGolomb()
        _ = try reader.readUnsignedExpGolomb()
        try reader.skip(1)
        if try reader.readBit() {
            for list in 0..<(format == 3 ? 12 : 8) where try reader.readBit() {
                try skipScalingList(&reader, count: list < 6 ? 16 : 64)
            }
        }
        return (format, separatePlanes)
    }

    private static func skipScalingList(_ reader: inout BitReader, count: Int) throws(WireError) {
        var (last, next): (Int32, Int32) = (8, 8)
        for _ in 0..<count where next != 0 {
            next = (last &+ (try reader.readSignedExpGolomb())) & 0xFF
            if next != 0 { last = next }
        }
    }

    private static func skipPictureOrder(_ reader: inout BitReader) throws(WireError) {
        switch try reader.readUnsignedExpGolomb() {
        case 0: _ = try reader.readUnsignedExpGolomb()
        case 1:
            try reader.skip(1)
            _ = try reader.readSignedExpGolomb()
            _ = try reader.readSignedExpGolomb()
            let count = try reader.readUnsignedExpGolomb()
            guard count <= 255 else {
                throw .malformed(structure: "H.264 sequence parameters", reason: "too long a reference cycle")
            }
            for _ in 0..<count { _ = try reader.readSignedExpGolomb() }
        default: break
        }
    }
}
