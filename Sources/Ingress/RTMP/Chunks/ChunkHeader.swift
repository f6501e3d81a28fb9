/// The front of a chunk: its basic header and its message header (RTMP 1.0 §5.3.1).
struct ChunkHeader {
    /// How much a chunk says about its message; less if it is as in the chunk before.
    enum Format: UInt8 {
        /// Everything, with a timestamp of its own.
        case full
        /// No stream; a difference of timestamps.
        case sameStream
        /// A difference of timestamps alone.
        case sameLength
        /// Nothing.
        case same
    }

    /// The value of the 24-bit field that says that 32 bits follow.
    static let extended: UInt32 = 0xFF_FFFF

    var format: Format
    var chunkStream: Int
    /// The 24-bit field.
    var timestamp: UInt32?
    var length: Int?
    var type: RTMPMessageType?
    var stream: UInt32?
    /// Bytes of these headers, without an extended timestamp.
    var size: Int

    /// The header in front of `queue`; nil if it is not whole yet.
    init?(_ queue: borrowing ByteQueue) {
        guard let first = queue.byte(at: 0), let format = Format(rawValue: first >> 6) else { return nil }
        self.format = format
        switch first & 0x3F {
        case 0:
            guard let low = queue.byte(at: 1) else { return nil }
            (chunkStream, size) = (64 + Int(low), 2)
        case 1:
            guard let low = queue.byte(at: 1), let high = queue.byte(at: 2) else { return nil }
            (chunkStream, size) = (64 + Int(low) + Int(high) << 8, 3)
        case let id: (chunkStream, size) = (Int(id), 1)
        }
        guard format != .same else { return }
        guard let timestamp = queue.uint24(at: size) else { return nil }
        self.timestamp = timestamp
        size += 3
        guard format != .sameLength else { return }
        guard let length = queue.uint24(at: size), let type = queue.byte(at: size + 3) else { return nil }
        self.length = Int(length)
        self.type = RTMPMessageType(rawValue: type)
        size += 4
        guard format == .full else { return }
        // The one little-endian field of the protocol.
        guard let stream = queue.uint32(at: size) else { return nil }
        self.stream = stream.byteSwapped
        size += 4
    }
}
