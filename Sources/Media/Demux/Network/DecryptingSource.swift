/// An encrypted segment's plain bytes.
final class DecryptingSource: MediaByteSource {
    private let source: any MediaByteSource
    private let cipher: SegmentCipher
    /// Read, but not a whole block yet.
    private var rest: [UInt8] = []
    /// Decrypted; the last block stays until it is known whether it is the end's padding.
    private var plain: [UInt8] = []
    private var isAtEnd = false

    init(_ source: any MediaByteSource, cipher: SegmentCipher) {
        self.source = source
        self.cipher = cipher
    }

    var length: Int64? { nil }
    var isSeekable: Bool { false }

    func seek(to offset: Int64) throws(ByteSourceFailure) {
        throw ByteSourceFailure("an encrypted segment is read from its start")
    }

    func close() { source.close() }

    func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int {
        while !isAtEnd, plain.count <= SegmentCipher.blockSize { try fill() }
        let ready = isAtEnd ? plain.count : plain.count - SegmentCipher.blockSize
        let count = min(ready, buffer.count)
        buffer.copyBytes(from: plain[..<count])
        plain.removeFirst(count)
        return count
    }

    private func fill() throws(ByteSourceFailure) {
        let piece = UnsafeMutableRawBufferPointer.allocate(byteCount: 16_384, alignment: 1)
        defer { piece.deallocate() }
        let count = try source.read(into: piece)
        guard count > 0 else { return end() }
        rest += piece[..<count]
        let whole = rest.count - rest.count % SegmentCipher.blockSize
        plain += cipher.decrypt(Array(rest[..<whole]))
        rest.removeFirst(whole)
    }

    /// Takes the padding off (PKCS #7: each of its 1 to 16 bytes is their number).
    private func end() {
        isAtEnd = true
        guard let padding = plain.last, (1...16).contains(padding), plain.count >= padding else { return }
        plain.removeLast(Int(padding))
    }
}
