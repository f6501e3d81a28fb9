internal import MediaWire

/// Bytes that came in and are not used up yet.
struct ByteQueue {
    private var bytes: [UInt8] = []
    private var head = 0

    /// The number of bytes that can be read.
    var count: Int { bytes.count - head }

    /// Puts bytes behind those that are there.
    mutating func append(_ new: [UInt8]) {
        if head == bytes.count {
            bytes = new
        } else {
            bytes.removeSubrange(..<head)
            bytes += new
        }
        head = 0
    }

    /// The byte that far from the front.
    func byte(at offset: Int) -> UInt8? {
        offset < count ? bytes[head + offset] : nil
    }

    /// The 24-bit field that far from the front.
    func uint24(at offset: Int) -> UInt32? {
        guard offset + 3 <= count else { return nil }
        return UInt32(bytes[head + offset]) << 16 | UInt32(bytes.bigEndianUInt16(at: head + offset + 1))
    }

    /// The 32-bit field that far from the front.
    func uint32(at offset: Int) -> UInt32? {
        offset + 4 <= count ? bytes.bigEndianUInt32(at: head + offset) : nil
    }

    /// Uses up bytes; no more than there are.
    mutating func skip(_ length: Int) {
        head += min(length, count)
    }

    /// Takes up to that many bytes.
    mutating func take(_ length: Int) -> ArraySlice<UInt8> {
        let end = head + min(length, count)
        defer { head = end }
        return bytes[head..<end]
    }
}
