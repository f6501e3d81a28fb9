/// What a VP9 frame says of itself before the compressed part (VP9 specification §6.2).
enum VP9FrameHeader {
    /// The size of a key frame's picture; `nil` when the frame is no key frame.
    static func keyFrameSize(_ frame: [UInt8], from start: Int) throws(WireError) -> (width: Int, height: Int)? {
        var reader = BitReader(frame, from: start)
        guard try reader.readBits(2) == 2 else {
            throw .malformed(structure: "VP9 frame header", reason: "no frame marker")
        }
        let profile = try reader.readBits(1) | (try reader.readBits(1)) << 1
        if profile == 3 { try reader.skip(1) }
        let showsExistingFrame = try reader.readBit()
        if showsExistingFrame { return nil }
        let isInterFrame = try reader.readBit()
        if isInterFrame { return nil }
        try reader.skip(2)
        guard try reader.readBits(24) == 0x498342 else {
            throw .malformed(structure: "VP9 frame header", reason: "no sync code")
        }
        if profile >= 2 { try reader.skip(1) }
        let isRGB = try reader.readBits(3) == 7
        if isRGB {
            if profile & 1 == 1 { try reader.skip(1) }
        } else {
            try reader.skip(profile & 1 == 1 ? 4 : 1)
        }
        let (width, height) = (Int(try reader.readBits(16)) + 1, Int(try reader.readBits(16)) + 1)
        return try PictureSize.checked(width: width, height: height)
    }
}
