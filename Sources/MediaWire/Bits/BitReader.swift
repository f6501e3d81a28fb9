/// Reads fields of any number of bits, most significant bit first, as codecs' headers have them.
public struct BitReader: Sendable {
    private let bytes: [UInt8]
    /// The index of the next bit.
    public private(set) var position: Int
    private let end: Int

    /// A reader of `bytes`, from byte `start` on.
    public init(_ bytes: [UInt8], from start: Int = 0) {
        precondition(start >= 0 && start <= bytes.count)
        self.bytes = bytes
        self.position = start * 8
        self.end = bytes.count * 8
    }

    /// The number of bits not yet read.
    public var remaining: Int { end - position }

    /// Reads one bit.
    public mutating func readBit() throws(WireError) -> Bool {
        guard position < end else { throw truncated(1) }
        defer { position += 1 }
        return bytes[position >> 3] & (0x80 >> UInt8(position & 7)) != 0
    }

    /// Reads an unsigned field of `count` bits, 0 through 32.
    public mutating func readBits(_ count: Int) throws(WireError) -> UInt32 {
        precondition((0...32).contains(count))
        guard count <= remaining else { throw truncated(count) }
        var value: UInt32 = 0
        for _ in 0..<count {
            let bit = bytes[position >> 3] >> UInt8(7 - position & 7) & 1
            value = value << 1 | UInt32(bit)
            position += 1
        }
        return value
    }

    /// Passes over `count` bits.
    public mutating func skip(_ count: Int) throws(WireError) {
        guard count >= 0, count <= remaining else { throw truncated(count) }
        position += count
    }

    /// Reads an unsigned Exp-Golomb code, `ue(v)` of H.264 and H.265 (H.264 §9.1).
    ///
    /// Codes longer than 32 value bits are malformed.
    public mutating func readUnsignedExpGolomb() throws(WireError) -> UInt32 {
        var leadingZeros = 0
        while try !readBit() {
            leadingZeros += 1
            guard leadingZeros < 32 else {
                throw .malformed(structure: "Exp-Golomb code", reason: "more than 31 leading zeros")
            }
        }
        return try (1 << UInt32(leadingZeros)) - 1 + readBits(leadingZeros)
    }

    /// Reads a signed Exp-Golomb code, `se(v)` (H.264 §9.1.1).
    public mutating func readSignedExpGolomb() throws(WireError) -> Int32 {
        let code = try readUnsignedExpGolomb()
        let magnitude = Int32(truncatingIfNeeded: (UInt64(code) + 1) / 2)
        return code & 1 == 1 ? magnitude : 0 &- magnitude
    }

    private func truncated(_ needed: Int) -> WireError {
        .truncated(structure: "bit field", needed: (needed + 7) / 8, available: remaining / 8)
    }
}
