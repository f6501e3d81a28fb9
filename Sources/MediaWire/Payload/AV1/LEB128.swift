/// The variable-length sizes of AV1 (AV1 specification §4.10.5).
enum LEB128 {
    /// Reads a size at `index`, of at most four bytes: no frame is larger than 256 MB.
    static func read(_ bytes: [UInt8], at index: inout Int, end: Int) throws(WireError) -> Int {
        var value = 0
        for shift in stride(from: 0, to: 28, by: 7) {
            guard index < end else { throw .truncated(structure: "AV1 size", needed: 1, available: 0) }
            let byte = bytes[index]
            index += 1
            value |= Int(byte & 0x7F) << shift
            if byte & 0x80 == 0 { return value }
        }
        throw .malformed(structure: "AV1 size", reason: "more than four bytes")
    }

    /// Appends a size.
    static func append(_ value: Int, to bytes: inout [UInt8]) {
        var rest = value
        while rest >= 0x80 {
            bytes.append(UInt8(rest & 0x7F) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    /// The bytes a size takes.
    static func length(_ value: Int) -> Int {
        var (rest, length) = (value >> 7, 1)
        while rest > 0 {
            rest >>= 7
            length += 1
        }
        return length
    }
}
