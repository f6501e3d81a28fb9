extension [UInt8] {
    /// The 16-bit big-endian field at `index`, which must lie inside the array.
    @inlinable
    public func bigEndianUInt16(at index: Int) -> UInt16 {
        UInt16(self[index]) << 8 | UInt16(self[index + 1])
    }

    /// The 32-bit big-endian field at `index`, which must lie inside the array.
    @inlinable
    public func bigEndianUInt32(at index: Int) -> UInt32 {
        UInt32(bigEndianUInt16(at: index)) << 16 | UInt32(bigEndianUInt16(at: index + 2))
    }

    /// Appends a 16-bit field.
    @inlinable
    public mutating func append(bigEndian value: UInt16) {
        append(UInt8(value >> 8))
        append(UInt8(truncatingIfNeeded: value))
    }

    /// Appends the low 24 bits of `value`.
    @inlinable
    public mutating func append(bigEndian24 value: UInt32) {
        append(UInt8(truncatingIfNeeded: value >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: value))
    }

    /// Appends a 32-bit field.
    @inlinable
    public mutating func append(bigEndian value: UInt32) {
        append(bigEndian: UInt16(value >> 16))
        append(bigEndian: UInt16(truncatingIfNeeded: value))
    }

    /// Appends a 64-bit field.
    @inlinable
    public mutating func append(bigEndian value: UInt64) {
        append(bigEndian: UInt32(value >> 32))
        append(bigEndian: UInt32(truncatingIfNeeded: value))
    }
}
