/// What a VP8 frame says of itself in its first bytes (RFC 6386 §9.1).
enum VP8FrameHeader {
    /// Whether the frame that begins at `start` is a key frame.
    static func isKeyFrame(_ frame: [UInt8], from start: Int) -> Bool {
        start < frame.count && frame[start] & 1 == 0
    }

    /// The size of a key frame's picture; `nil` when the frame is no key frame.
    static func keyFrameSize(_ frame: [UInt8], from start: Int) throws(WireError) -> (width: Int, height: Int)? {
        guard isKeyFrame(frame, from: start) else { return nil }
        guard frame.count >= start + 10 else {
            throw .truncated(structure: "VP8 frame header", needed: 10, available: frame.count - start)
        }
        guard frame[start + 3] == 0x9D, frame[start + 4] == 0x01, frame[start + 5] == 0x2A else {
            throw .malformed(structure: "VP8 frame header", reason: "no start code")
        }
        // Little-endian, with two bits of scaling above fourteen of size.
        let width = Int(frame[start + 6]) | Int(frame[start + 7] & 0x3F) << 8
        let height = Int(frame[start + 8]) | Int(frame[start + 9] & 0x3F) << 8
        return try PictureSize.checked(width: width, height: height)
    }
}
