/// Writes fields one after another into memory of a known size, for the one place where appending is too slow.
///
/// Every write is checked against the end: a wrong count is our bug and traps.
struct RTPWriter {
    private let buffer: UnsafeMutableBufferPointer<UInt8>
    /// The bytes written so far.
    private(set) var position = 0

    /// A writer into `buffer`, which must outlive it.
    init(_ buffer: UnsafeMutableBufferPointer<UInt8>) {
        self.buffer = buffer
    }

    @inline(__always)
    mutating func write(_ byte: UInt8) {
        precondition(position < buffer.count)
        buffer.initializeElement(at: position, to: byte)
        position += 1
    }

    @inline(__always)
    mutating func write(bigEndian value: UInt16) {
        write(UInt8(value >> 8))
        write(UInt8(truncatingIfNeeded: value))
    }

    @inline(__always)
    mutating func write(bigEndian value: UInt32) {
        write(bigEndian: UInt16(value >> 16))
        write(bigEndian: UInt16(truncatingIfNeeded: value))
    }

    mutating func write(_ bytes: UnsafeBufferPointer<UInt8>) {
        precondition(bytes.count <= buffer.count - position)
        _ = buffer[position...].update(fromContentsOf: bytes)
        position += bytes.count
    }

    mutating func writeZeros(_ count: Int) {
        for _ in 0..<count { write(0) }
    }
}
