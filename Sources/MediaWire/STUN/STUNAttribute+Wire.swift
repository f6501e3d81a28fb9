extension STUNAttribute {
    /// Bytes of text in one attribute: 508 for USERNAME and 763 for SOFTWARE and reasons (RFC 8489 §14.3, §14.8, §14.14).
    private static let maximumTextLength = 763

    /// Reads the value of an attribute of this type.
    init(
        parsing reader: inout ByteReader,
        type: UInt16,
        transactionID: STUNTransactionID
    ) throws(WireError) {
        switch type {
        case 0x0001: self = .mappedAddress(try Self.address(&reader, mask: nil))
        case 0x0006: self = .username(try Self.text(&reader))
        case 0x0009: self = try Self.errorCode(&reader)
        case 0x000A:
            var types: [UInt16] = []
            while reader.remaining >= 2 { types.append(try reader.readUInt16()) }
            self = .unknownAttributes(types)
        case 0x0020: self = .xorMappedAddress(try Self.address(&reader, mask: transactionID))
        case 0x0024: self = .priority(try reader.readUInt32())
        case 0x0025: self = .useCandidate
        case 0x8022: self = .software(try Self.text(&reader))
        case 0x8029: self = .iceControlled(try reader.readUInt64())
        case 0x802A: self = .iceControlling(try reader.readUInt64())
        default: self = .unknown(type: type, value: reader.readRest())
        }
    }

    private static func text(_ reader: inout ByteReader) throws(WireError) -> String {
        guard reader.remaining <= maximumTextLength else {
            throw .tooLarge(structure: "STUN text attribute", limit: maximumTextLength)
        }
        return String(decoding: reader.readRest(), as: UTF8.self)
    }

    private static func errorCode(_ reader: inout ByteReader) throws(WireError) -> STUNAttribute {
        let number = try reader.readUInt32()
        let (hundreds, rest) = (Int(number >> 8 & 7), Int(number & 0xFF))
        guard (3...6).contains(hundreds), rest < 100 else { throw reader.malformed("error code out of range") }
        return .errorCode(hundreds * 100 + rest, try text(&reader))
    }

    private static func address(
        _ reader: inout ByteReader,
        mask: STUNTransactionID?
    ) throws(WireError) -> TransportAddress {
        try reader.skip(1)
        let family = try reader.readUInt8()
        let port = try reader.readUInt16() ^ (mask == nil ? 0 : UInt16(STUNMessage.magicCookie >> 16))
        switch family {
        case 1:
            let number = try reader.readUInt32() ^ (mask == nil ? 0 : STUNMessage.magicCookie)
            return TransportAddress(ip: .v4(number), port: port)
        case 2:
            let (high, low) = (try reader.readUInt64(), try reader.readUInt64())
            let (highMask, lowMask) = mask.map(v6Mask) ?? (0, 0)
            return TransportAddress(ip: .v6(high ^ highMask, low ^ lowMask), port: port)
        default: throw reader.malformed("address family \(family)")
        }
    }

    /// What IPv6 addresses are combined with: the magic cookie and the transaction (RFC 8489 §14.2).
    private static func v6Mask(_ transaction: STUNTransactionID) -> (UInt64, UInt64) {
        (
            UInt64(STUNMessage.magicCookie) << 32 | transaction.high >> 32,
            transaction.high << 32 | UInt64(transaction.low)
        )
    }

    /// Appends the attribute's value, without its header and padding.
    func serializeValue(into bytes: inout [UInt8], transactionID: STUNTransactionID) {
        switch self {
        case .username(let text), .software(let text): bytes.append(contentsOf: text.utf8)
        case .priority(let priority): bytes.append(bigEndian: priority)
        case .useCandidate: break
        case .iceControlled(let tieBreaker), .iceControlling(let tieBreaker): bytes.append(bigEndian: tieBreaker)
        case .mappedAddress(let address): Self.serialize(address, mask: nil, into: &bytes)
        case .xorMappedAddress(let address): Self.serialize(address, mask: transactionID, into: &bytes)
        case .errorCode(let code, let reason):
            precondition((300...699).contains(code), "STUN error codes are 300 through 699")
            bytes.append(bigEndian: UInt32(code / 100) << 8 | UInt32(code % 100))
            bytes.append(contentsOf: reason.utf8)
        case .unknownAttributes(let types):
            for type in types { bytes.append(bigEndian: type) }
        case .unknown(_, let value): bytes.append(contentsOf: value)
        }
    }

    private static func serialize(_ address: TransportAddress, mask: STUNTransactionID?, into bytes: inout [UInt8]) {
        bytes.append(0)
        bytes.append(address.ip.isV4 ? 1 : 2)
        bytes.append(bigEndian: address.port ^ (mask == nil ? 0 : UInt16(STUNMessage.magicCookie >> 16)))
        switch address.ip {
        case .v4(let number): bytes.append(bigEndian: number ^ (mask == nil ? 0 : STUNMessage.magicCookie))
        case .v6(let high, let low):
            let (highMask, lowMask) = mask.map(v6Mask) ?? (0, 0)
            bytes.append(bigEndian: high ^ highMask)
            bytes.append(bigEndian: low ^ lowMask)
        }
    }
}
