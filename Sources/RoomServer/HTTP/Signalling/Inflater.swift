import CZlib

/// Undoes gzip (RFC 1952), never making more than it may.
enum Inflater {
    /// Why nothing came of it.
    enum Failure: Error, Equatable {
        /// The bytes are no gzip, or broken off.
        case malformed
        /// There is more than the limit.
        case tooLarge
    }

    /// The uncompressed bytes of one gzip member, at most `limit`.
    static func gunzip(_ bytes: [UInt8], limit: Int) throws(Failure) -> [UInt8] {
        var stream = z_stream()
        // 15: the largest window; 16: expect a gzip header (zlib.h, inflateInit2).
        guard sluice_inflate_init(&stream, 15 + 16) == Z_OK else { throw .malformed }
        defer { inflateEnd(&stream) }
        // One byte more than allowed tells what fits from what does not.
        var output = [UInt8](repeating: 0, count: limit + 1)
        var input = bytes
        let outcome = input.withUnsafeMutableBufferPointer { source in
            output.withUnsafeMutableBufferPointer { target in
                stream.next_in = source.baseAddress
                stream.avail_in = UInt32(clamping: source.count)
                stream.next_out = target.baseAddress
                stream.avail_out = UInt32(clamping: target.count)
                return inflate(&stream, Z_FINISH)
            }
        }
        let made = output.count - Int(stream.avail_out)
        if made > limit { throw .tooLarge }
        guard outcome == Z_STREAM_END else { throw .malformed }
        return Array(output.prefix(made))
    }
}
