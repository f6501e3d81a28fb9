internal import CFFmpeg

/// AES-128 in CBC as HLS encrypts whole segments (RFC 8216 §4.3.2.4).
final class SegmentCipher {
    static let blockSize = 16
    private let state: OpaquePointer
    private var vector: [UInt8]

    /// A cipher by its key and first vector in hexadecimal digits.
    init(key: String?, vector: String?) throws(ByteSourceFailure) {
        guard let key = key.flatMap(Self.bytes), key.count == Self.blockSize else {
            throw ByteSourceFailure("the key of an encrypted segment is not one of 16 bytes")
        }
        guard let vector = vector.flatMap(Self.bytes), vector.count == Self.blockSize else {
            throw ByteSourceFailure("the initialization vector of an encrypted segment is not one of 16 bytes")
        }
        guard let state = av_aes_alloc() else { preconditionFailure("out of memory for a cipher") }
        let status = av_aes_init(state, key, 128, 1)
        precondition(status >= 0, "a key of 16 bytes fits AES-128")
        self.state = state
        self.vector = vector
    }

    deinit { av_free(UnsafeMutableRawPointer(state)) }

    /// The plain bytes of whole blocks that follow the last ones.
    func decrypt(_ blocks: [UInt8]) -> [UInt8] {
        precondition(blocks.count % Self.blockSize == 0, "only whole blocks can be decrypted")
        guard !blocks.isEmpty else { return [] }
        var plain = [UInt8](repeating: 0, count: blocks.count)
        av_aes_crypt(state, &plain, blocks, Int32(blocks.count / Self.blockSize), &vector, 1)
        return plain
    }

    private static func bytes(_ digits: String) -> [UInt8]? {
        let digits = Array(digits.utf8)
        guard digits.count % 2 == 0 else { return nil }
        var bytes: [UInt8] = []
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index..<index + 2], as: UTF8.self), radix: 16) else {
                return nil
            }
            bytes.append(byte)
        }
        return bytes
    }
}
