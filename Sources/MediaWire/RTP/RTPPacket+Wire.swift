extension RTPPacket {
    /// Reads a packet from the bytes of one datagram, decrypted.
    public init(parsing bytes: [UInt8]) throws(WireError) {
        guard bytes.count >= Self.fixedHeaderLength else {
            throw .truncated(structure: "RTP header", needed: Self.fixedHeaderLength, available: bytes.count)
        }
        guard bytes[0] >> 6 == 2 else {
            throw .malformed(structure: "RTP header", reason: "version is \(bytes[0] >> 6), not 2")
        }
        let sourceCount = Int(bytes[0] & 0x0F)
        var offset = Self.fixedHeaderLength + 4 * sourceCount
        guard bytes.count >= offset else {
            throw .truncated(structure: "RTP header", needed: offset, available: bytes.count)
        }
        extensions = RTPHeaderExtensions()
        if bytes[0] & 0x10 != 0 {
            let range = try Self.extensionRange(bytes, at: offset)
            extensions = try RTPHeaderExtensions(
                parsing: bytes,
                in: range,
                profile: bytes.bigEndianUInt16(at: offset)
            )
            offset = range.upperBound
        }
        paddingLength = bytes[0] & 0x20 != 0 ? try Self.padding(bytes, after: offset) : 0
        payload = Array(bytes[offset..<bytes.count - Int(paddingLength)])
        marker = bytes[1] & 0x80 != 0
        payloadType = bytes[1] & 0x7F
        sequenceNumber = SequenceNumber(rawValue: bytes.bigEndianUInt16(at: 2))
        timestamp = bytes.bigEndianUInt32(at: 4)
        ssrc = SSRC(rawValue: bytes.bigEndianUInt32(at: 8))
        csrcs =
            sourceCount == 0
            ? [] : (0..<sourceCount).map { bytes.bigEndianUInt32(at: Self.fixedHeaderLength + 4 * $0) }
    }

    private static func extensionRange(_ bytes: [UInt8], at offset: Int) throws(WireError) -> Range<Int> {
        guard bytes.count >= offset + 4 else {
            throw .truncated(structure: "RTP header extension", needed: 4, available: bytes.count - offset)
        }
        let start = offset + 4
        let end = start + 4 * Int(bytes.bigEndianUInt16(at: offset + 2))
        guard bytes.count >= end else {
            throw .truncated(structure: "RTP header extension", needed: end - start, available: bytes.count - start)
        }
        return start..<end
    }

    private static func padding(_ bytes: [UInt8], after offset: Int) throws(WireError) -> UInt8 {
        let available = bytes.count - offset
        guard available > 0, let count = bytes.last, count > 0, Int(count) <= available else {
            throw .malformed(
                structure: "RTP padding",
                reason: "\(bytes.last ?? 0) bytes announced, \(available) follow the header"
            )
        }
        return count
    }

    /// The bytes ``serialized()`` returns.
    public var serializedCount: Int {
        Self.fixedHeaderLength + 4 * csrcs.count + extensions.serializedCount + payload.count + Int(paddingLength)
    }

    /// The packet's bytes, unencrypted.
    public func serialized() -> [UInt8] {
        precondition(csrcs.count <= 15, "an RTP packet names at most 15 contributing sources")
        precondition(payloadType < 128, "an RTP payload type has seven bits")
        let count = serializedCount
        // Written in place: appending byte by byte would take longer than copying the payload.
        return [UInt8](unsafeUninitializedCapacity: count) { buffer, initializedCount in
            var writer = RTPWriter(buffer)
            writer.write(
                0x80 | (paddingLength > 0 ? 0x20 : 0) | (extensions.isEmpty ? 0 : 0x10) | UInt8(csrcs.count)
            )
            writer.write((marker ? 0x80 : 0) | payloadType)
            writer.write(bigEndian: sequenceNumber.rawValue)
            writer.write(bigEndian: timestamp)
            writer.write(bigEndian: ssrc.rawValue)
            for source in csrcs { writer.write(bigEndian: source) }
            extensions.serialize(into: &writer)
            payload.withUnsafeBufferPointer { writer.write($0) }
            if paddingLength > 0 {
                writer.writeZeros(Int(paddingLength) - 1)
                writer.write(paddingLength)
            }
            precondition(writer.position == count, "what was written is not what was counted")
            initializedCount = count
        }
    }
}
