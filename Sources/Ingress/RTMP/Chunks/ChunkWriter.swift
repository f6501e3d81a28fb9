internal import MediaWire

/// Cuts messages into chunks (RTMP 1.0 §5.3).
///
/// Answers are few and short: every message has a full header.
struct ChunkWriter {
    /// The size of chunks; the peer has to be told before it changes.
    var chunkSize = ChunkReader.initialChunkSize

    /// The chunks of a message, one behind the other.
    func bytes(of message: RTMPMessage) -> [UInt8] {
        var bytes = Self.basicHeader(.full, message.chunkStream)
        let isExtended = message.timestamp >= ChunkHeader.extended
        bytes.append(bigEndian24: isExtended ? ChunkHeader.extended : message.timestamp)
        bytes.append(bigEndian24: UInt32(message.payload.count))
        bytes.append(message.type.rawValue)
        bytes.append(bigEndian: message.stream.byteSwapped)
        if isExtended { bytes.append(bigEndian: message.timestamp) }
        for start in stride(from: 0, to: message.payload.count, by: chunkSize) {
            if start > 0 {
                bytes += Self.basicHeader(.same, message.chunkStream)
                if isExtended { bytes.append(bigEndian: message.timestamp) }
            }
            bytes += message.payload[start..<min(start + chunkSize, message.payload.count)]
        }
        return bytes
    }

    /// One to three bytes (RTMP 1.0 §5.3.1.1).
    static func basicHeader(_ format: ChunkHeader.Format, _ chunkStream: Int) -> [UInt8] {
        let bits = format.rawValue << 6
        switch chunkStream {
        case ..<64: return [bits | UInt8(truncatingIfNeeded: chunkStream)]
        case ..<320: return [bits, UInt8(truncatingIfNeeded: chunkStream - 64)]
        default:
            let number = chunkStream - 64
            return [bits | 1, UInt8(truncatingIfNeeded: number), UInt8(truncatingIfNeeded: number >> 8)]
        }
    }
}
