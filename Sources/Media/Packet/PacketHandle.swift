internal import CFFmpeg

/// Owns one `AVPacket`.
struct PacketHandle: ~Copyable {
    let pointer: UnsafeMutablePointer<AVPacket>

    init() {
        // Only fails without memory, which nothing here can go on without.
        guard let packet = av_packet_alloc() else { preconditionFailure("out of memory for a packet") }
        pointer = packet
    }

    deinit {
        var packet: UnsafeMutablePointer<AVPacket>? = pointer
        av_packet_free(&packet)
    }

    /// Lets go of the content.
    func clear() {
        av_packet_unref(pointer)
    }

    /// Holds a copy of `data`, followed by the zeros that FFmpeg's bit readers need.
    func fill(with data: [UInt8]) throws(MediaError) {
        clear()
        // Far above any frame that fits the pictures we decode; keeps sizes within FFmpeg's 32 bits.
        guard data.count <= 64 << 20 else {
            throw MediaError(.invalidData, "a frame of \(data.count) bytes is larger than any codec makes")
        }
        let status = av_new_packet(pointer, Int32(data.count))
        guard status >= 0 else { throw MediaError(.codec, "no memory for a packet", status: status) }
        data.withUnsafeBufferPointer { bytes in
            if let base = bytes.baseAddress { pointer.pointee.data.update(from: base, count: bytes.count) }
        }
    }
}
