extension STUNMessage {
    /// Reads a message from one datagram, and checks its FINGERPRINT if it has one.
    ///
    /// MESSAGE-INTEGRITY is not checked here, for the key depends on what the message says:
    /// ``verifyIntegrity(of:key:hmac:)``.
    public init(parsing bytes: [UInt8]) throws(WireError) {
        var reader = ByteReader(bytes, structure: "STUN message")
        try self.init(header: &reader)
        var isProtected = false
        while !reader.isAtEnd {
            let offset = reader.position
            var (type, value) = try Self.readAttribute(&reader)
            if type == STUNAttribute.fingerprintType {
                try Self.checkFingerprint(value.readUInt32(), bytes, at: offset)
                // FINGERPRINT is the last attribute (RFC 8489 §14.7).
                break
            }
            // Nothing after MESSAGE-INTEGRITY is protected, so nothing of it counts (RFC 8489 §14.5).
            if isProtected { continue }
            if type == STUNAttribute.messageIntegrityType {
                isProtected = true
                continue
            }
            guard attributes.count < Self.maximumAttributes else {
                throw .tooLarge(structure: "STUN attribute list", limit: Self.maximumAttributes)
            }
            attributes.append(try STUNAttribute(parsing: &value, type: type, transactionID: transactionID))
        }
    }

    private init(header reader: inout ByteReader) throws(WireError) {
        let type = try reader.readUInt16()
        guard type < 0x4000 else { throw reader.malformed("the first two bits are not zero") }
        let length = Int(try reader.readUInt16())
        guard try reader.readUInt32() == Self.magicCookie else { throw reader.malformed("there is no magic cookie") }
        let transactionID = STUNTransactionID(high: try reader.readUInt64(), low: try reader.readUInt32())
        guard length == reader.remaining, length % 4 == 0 else {
            throw reader.malformed("its length says \(length), \(reader.remaining) bytes follow")
        }
        // The class has two bits between those of the method (RFC 8489 §5), and all four values are classes.
        self.init(
            class: Class(rawValue: UInt8(type >> 4 & 1 | type >> 7 & 2)) ?? .request,
            method: type & 0x000F | type >> 1 & 0x0070 | type >> 2 & 0x0F80,
            transactionID: transactionID
        )
    }

    private static func readAttribute(_ reader: inout ByteReader) throws(WireError) -> (UInt16, ByteReader) {
        let type = try reader.readUInt16()
        let length = Int(try reader.readUInt16())
        let value = try reader.readPart(length, structure: "STUN attribute")
        try reader.skip((4 - length % 4) % 4)
        return (type, value)
    }

    private static func checkFingerprint(_ fingerprint: UInt32, _ bytes: [UInt8], at offset: Int) throws(WireError) {
        guard offset + fingerprintLength == bytes.count,
            CRC32.checksum(bytes[..<offset]) ^ fingerprintMask == fingerprint
        else { throw .malformed(structure: "STUN message", reason: "the fingerprint does not match") }
    }

    /// The message's bytes.
    ///
    /// - Parameters:
    ///   - integrityKey: The password that MESSAGE-INTEGRITY is made with; none is added without.
    ///   - hmac: HMAC-SHA1; needed only with a key.
    ///   - fingerprint: Whether FINGERPRINT is added; ICE requires it (RFC 8445 §7.1).
    public func serialized(
        integrityKey: [UInt8]? = nil,
        hmac: HMACSHA1 = { _, _ in preconditionFailure("a key needs an HMAC") },
        fingerprint: Bool = true
    ) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(128)
        let classBits = UInt16(messageClass.rawValue)
        bytes.append(
            bigEndian: method & 0x000F | (method & 0x0070) << 1 | (method & 0x0F80) << 2
                | (classBits & 1) << 4 | (classBits & 2) << 7
        )
        bytes.append(bigEndian: 0 as UInt16)
        bytes.append(bigEndian: Self.magicCookie)
        bytes.append(contentsOf: transactionID.bytes)
        for attribute in attributes { append(attribute, to: &bytes) }
        if let integrityKey {
            Self.setLength(bytes.count + Self.integrityLength, in: &bytes)
            let code = hmac(integrityKey, bytes)
            precondition(code.count == 20, "HMAC-SHA1 has 20 bytes")
            bytes.append(bigEndian: STUNAttribute.messageIntegrityType)
            bytes.append(bigEndian: 20 as UInt16)
            bytes.append(contentsOf: code)
        }
        if fingerprint {
            Self.setLength(bytes.count + Self.fingerprintLength, in: &bytes)
            let checksum = CRC32.checksum(bytes) ^ Self.fingerprintMask
            bytes.append(bigEndian: STUNAttribute.fingerprintType)
            bytes.append(bigEndian: 4 as UInt16)
            bytes.append(bigEndian: checksum)
        }
        Self.setLength(bytes.count, in: &bytes)
        return bytes
    }

    private func append(_ attribute: STUNAttribute, to bytes: inout [UInt8]) {
        bytes.append(bigEndian: attribute.type)
        let lengthIndex = bytes.count
        bytes.append(bigEndian: 0 as UInt16)
        attribute.serializeValue(into: &bytes, transactionID: transactionID)
        let length = bytes.count - lengthIndex - 2
        precondition(length <= 0xFFFF, "a STUN attribute's length has 16 bits")
        bytes[lengthIndex] = UInt8(length >> 8)
        bytes[lengthIndex + 1] = UInt8(length & 0xFF)
        while bytes.count % 4 != 0 { bytes.append(0) }
    }

    /// Writes the length a message of `total` bytes has, which excludes the header.
    private static func setLength(_ total: Int, in bytes: inout [UInt8]) {
        let length = total - headerLength
        precondition(length <= 0xFFFF, "a STUN message's length has 16 bits")
        bytes[2] = UInt8(length >> 8)
        bytes[3] = UInt8(length & 0xFF)
    }
}

extension STUNMessage {
    /// Whether `bytes`, a message as received, has a MESSAGE-INTEGRITY made with `key` (RFC 8489 §14.5).
    ///
    /// A message without one, or one that cannot be parsed, is not verified.
    public static func verifyIntegrity(of bytes: [UInt8], key: [UInt8], hmac: HMACSHA1) -> Bool {
        guard isSTUN(bytes), let offset = integrityOffset(in: bytes) else { return false }
        var covered = Array(bytes[..<offset])
        // The length counts up to the end of this attribute, whatever follows it.
        setLength(offset + integrityLength, in: &covered)
        let expected = hmac(key, covered)
        let actual = bytes[(offset + 4)..<(offset + integrityLength)]
        guard expected.count == actual.count else { return false }
        // Takes the same time wherever the first difference is.
        return zip(expected, actual).reduce(0 as UInt8) { $0 | $1.0 ^ $1.1 } == 0
    }

    private static func integrityOffset(in bytes: [UInt8]) -> Int? {
        var offset = headerLength
        while offset + 4 <= bytes.count {
            let length = Int(bytes.bigEndianUInt16(at: offset + 2))
            if bytes.bigEndianUInt16(at: offset) == STUNAttribute.messageIntegrityType {
                return length == 20 && offset + integrityLength <= bytes.count ? offset : nil
            }
            offset += 4 + (length + 3) / 4 * 4
        }
        return nil
    }
}
