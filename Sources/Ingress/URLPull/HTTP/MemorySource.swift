import Media

/// Bytes that are all there.
final class MemorySource: MediaByteSource {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var length: Int64? { Int64(bytes.count) }
    var isSeekable: Bool { true }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int {
        let count = min(buffer.count, bytes.count - position)
        buffer.copyBytes(from: bytes[position..<position + count])
        position += count
        return count
    }

    func seek(to offset: Int64) throws(ByteSourceFailure) {
        position = Int(min(max(0, offset), Int64(bytes.count)))
    }

    func close() {}
}
