/// Reads big-endian fields from the front of a byte array, checking every bound.
///
/// The reader shares the array's storage; nothing is copied until bytes are taken out.
public struct ByteReader: Sendable {
    private let bytes: [UInt8]
    /// The index of the next byte to be read, counted from the start of the whole array.
    public private(set) var position: Int
    private let end: Int
    private let structure: StaticString

    /// A reader of `bytes[range]`, or of all of `bytes`; `structure` is what errors call it.
    public init(_ bytes: [UInt8], in range: Range<Int>? = nil, structure: StaticString) {
        let range = range ?? 0..<bytes.count
        precondition(range.lowerBound >= 0 && range.upperBound <= bytes.count)
        self.bytes = bytes
        self.position = range.lowerBound
        self.end = range.upperBound
        self.structure = structure
    }

    /// The number of bytes not yet read.
    public var remaining: Int { end - position }

    /// Whether everything was read.
    public var isAtEnd: Bool { position == end }

    /// Fails unless `count` more bytes can be read.
    public func require(_ count: Int) throws(WireError) {
        guard count >= 0, count <= remaining else {
            throw .truncated(structure: structure.description, needed: count, available: remaining)
        }
    }

    /// Reads one byte.
    public mutating func readUInt8() throws(WireError) -> UInt8 {
        try require(1)
        defer { position += 1 }
        return bytes[position]
    }

    /// Reads a 16-bit field.
    public mutating func readUInt16() throws(WireError) -> UInt16 {
        try require(2)
        defer { position += 2 }
        return bytes.bigEndianUInt16(at: position)
    }

    /// Reads a 24-bit field.
    public mutating func readUInt24() throws(WireError) -> UInt32 {
        try require(3)
        defer { position += 3 }
        return UInt32(bytes[position]) << 16 | UInt32(bytes.bigEndianUInt16(at: position + 1))
    }

    /// Reads a 32-bit field.
    public mutating func readUInt32() throws(WireError) -> UInt32 {
        try require(4)
        defer { position += 4 }
        return bytes.bigEndianUInt32(at: position)
    }

    /// Reads a 64-bit field.
    public mutating func readUInt64() throws(WireError) -> UInt64 {
        let high = try readUInt32()
        return try UInt64(high) << 32 | UInt64(readUInt32())
    }

    /// Reads `count` bytes into an array of their own.
    public mutating func readBytes(_ count: Int) throws(WireError) -> [UInt8] {
        try require(count)
        defer { position += count }
        return Array(bytes[position..<position + count])
    }

    /// Reads all that is left.
    public mutating func readRest() -> [UInt8] {
        defer { position = end }
        return Array(bytes[position..<end])
    }

    /// Passes over `count` bytes.
    public mutating func skip(_ count: Int) throws(WireError) {
        try require(count)
        position += count
    }

    /// Takes the next `count` bytes as a reader of their own, whose errors name `structure`.
    public mutating func readPart(_ count: Int, structure: StaticString) throws(WireError) -> ByteReader {
        try require(count)
        defer { position += count }
        return ByteReader(bytes, in: position..<position + count, structure: structure)
    }

    /// The error for a field of this structure with a forbidden value.
    public func malformed(_ reason: String) -> WireError {
        .malformed(structure: structure.description, reason: reason)
    }
}
