/// The 96 bits that pair a STUN response with its request (RFC 8489 §5).
public struct STUNTransactionID: Sendable, Hashable {
    /// The first 64 bits.
    public var high: UInt64
    /// The last 32 bits.
    public var low: UInt32

    /// The transaction with these bits.
    public init(high: UInt64, low: UInt32) {
        self.high = high
        self.low = low
    }

    /// A random transaction; it must be unpredictable to off-path attackers, so use a cryptographic generator.
    public static func random(using generator: inout some RandomNumberGenerator) -> STUNTransactionID {
        STUNTransactionID(high: generator.next(), low: generator.next())
    }

    /// The 12 bytes on the wire.
    public var bytes: [UInt8] {
        var bytes: [UInt8] = []
        bytes.append(bigEndian: high)
        bytes.append(bigEndian: low)
        return bytes
    }
}
