/// What an H.264 sequence parameter set says of its pictures (H.264 §7.3.2.1.1).
struct H264SequenceParameters {
    /// Profiles whose parameter sets say more about samples (H.264 §7.3.2.1.1).
    private static let profilesWithChroma: Set<UInt32> = [100, 110, 122, 244, 44, 83, 86, 118, 128, 138, 139, 134, 135]
    /// The longest `frame_num` (H.264 §7.4.2.1.1), in bits.
    private static let longestFrameNumber = 16

    /// The size after cropping.
    let size: (width: Int, height: Int)
    /// The length of `frame_num` in slice headers, in bits: 4 through 16.
    let frameNumberBits: Int
    /// Whether slices may be of fields.
    let hasFields: Bool
    /// Whether slices are of one colour each.
    let hasSeparatePlanes: Bool

    /// Reads a NAL unit with its header.
    init(parsing unit: ArraySlice<UInt8>) throws(WireError) {
        var reader = BitReader(AnnexB.unescaped(unit.dropFirst()))
        let profile = try reader.readBits(8)
        try reader.skip(16)
        _ = try reader.readUnsignedExpGolomb()
        let chromaFormat: UInt32
        (chromaFormat, hasSeparatePlanes) =
            Self.profilesWithChroma.contains(profile) ? try Self.readChroma(&reader) : (1, false)
        frameNumberBits = Int(try reader.readUnsignedExpGolomb()) + 4
        guard frameNumberBits <= Self.longestFrameNumber else {
            throw .malformed(structure: "H.264 sequence parameters", reason: "picture numbers of over 16 bits")
        }
        try Self.skipPictureOrder(&reader)
        _ = try reader.readUnsignedExpGolomb()
        try reader.skip(1)
        let widthInBlocks = Int(try reader.readUnsignedExpGolomb()) + 1
        let heightInUnits = Int(try reader.readUnsignedExpGolomb()) + 1
        hasFields = try !reader.readBit()
        let fieldFactor = hasFields ? 2 : 1
        if hasFields { try reader.skip(1) }
        try reader.skip(1)
        var (cropX, cropY) = (0, 0)
        if try reader.readBit() {
            let (left, right) = (try reader.readUnsignedExpGolomb(), try reader.readUnsignedExpGolomb())
            let (top, bottom) = (try reader.readUnsignedExpGolomb(), try reader.readUnsignedExpGolomb())
            let isSubsampled = !hasSeparatePlanes && chromaFormat != 0
            cropX = (Int(left) + Int(right)) * (isSubsampled && chromaFormat < 3 ? 2 : 1)
            cropY = (Int(top) + Int(bottom)) * (isSubsampled && chromaFormat == 1 ? 2 : 1) * fieldFactor
        }
        size = try PictureSize.checked(
            width: 16 * widthInBlocks - cropX,
            height: 16 * heightInUnits * fieldFactor - cropY
        )
    }

    /// Those in an RTP payload; nil when it has none that can be read.
    static func first(in payload: [UInt8]) -> H264SequenceParameters? {
        for case .unit(let range) in (try? H264Payload.pieces(payload)) ?? []
        where H264Payload.type(payload[range.lowerBound]) == H264Payload.UnitType.sequenceParameters {
            return try? H264SequenceParameters(parsing: payload[range])
        }
        return nil
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
