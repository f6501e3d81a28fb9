/// A STUN message (RFC 8489) as ICE uses it.
///
/// This module has no cryptography: who serialises or verifies brings HMAC-SHA1 as a function.
public struct STUNMessage: Sendable, Hashable {
    /// What a message is in its transaction (RFC 8489 §5).
    public enum Class: UInt8, Sendable, Hashable, CaseIterable {
        /// Asks for a response.
        case request = 0
        /// Asks for nothing.
        case indication = 1
        /// Answers a request that was carried out.
        case successResponse = 2
        /// Answers a request that was not.
        case errorResponse = 3
    }

    /// HMAC-SHA1 of the data under the key: 20 bytes.
    public typealias HMACSHA1 = (_ key: [UInt8], _ data: [UInt8]) -> [UInt8]

    /// The only method ICE uses (RFC 8489 §18.2).
    public static let binding: UInt16 = 0x001
    /// What tells STUN from the protocols it shares a port with (RFC 8489 §5).
    public static let magicCookie: UInt32 = 0x2112_A442
    static let headerLength = 20
    static let integrityLength = 24
    static let fingerprintLength = 8
    /// What the CRC is combined with, "STUN" in ASCII (RFC 8489 §14.7).
    static let fingerprintMask: UInt32 = 0x5354_554E
    /// ICE messages have about six; a message with more only costs us work.
    static let maximumAttributes = 32

    /// Request, indication or one of the responses.
    public var messageClass: Class
    /// The method, 12 bits.
    public var method: UInt16
    /// The transaction.
    public var transactionID: STUNTransactionID
    /// The attributes in order, without MESSAGE-INTEGRITY, FINGERPRINT and whatever followed the former.
    public var attributes: [STUNAttribute]

    /// A message with these fields.
    public init(
        class messageClass: Class,
        method: UInt16 = STUNMessage.binding,
        transactionID: STUNTransactionID,
        attributes: [STUNAttribute] = []
    ) {
        precondition(method < 0x1000, "STUN methods have twelve bits")
        self.messageClass = messageClass
        self.method = method
        self.transactionID = transactionID
        self.attributes = attributes
    }

    /// Whether the bytes look like STUN where other protocols share the port: by the first byte (RFC 7983 §7) and the
    /// magic cookie.
    public static func isSTUN(_ bytes: [UInt8]) -> Bool {
        bytes.count >= headerLength && bytes[0] < 4 && bytes.bigEndianUInt32(at: 4) == magicCookie
    }
}

extension STUNMessage {
    /// The USERNAME, if there is one.
    public var username: String? {
        attributes.lazy.compactMap { if case .username(let name) = $0 { name } else { nil } }.first
    }

    /// The PRIORITY, if there is one.
    public var priority: UInt32? {
        attributes.lazy.compactMap { if case .priority(let priority) = $0 { priority } else { nil } }.first
    }

    /// Whether the pair is nominated.
    public var useCandidate: Bool { attributes.contains(.useCandidate) }

    /// The tie breaker of an agent that says it is controlled.
    public var iceControlled: UInt64? {
        attributes.lazy.compactMap { if case .iceControlled(let value) = $0 { value } else { nil } }.first
    }

    /// The tie breaker of an agent that says it is controlling.
    public var iceControlling: UInt64? {
        attributes.lazy.compactMap { if case .iceControlling(let value) = $0 { value } else { nil } }.first
    }

    /// Where the sender of a response saw the request come from.
    public var mappedAddress: TransportAddress? {
        attributes.lazy.compactMap {
            switch $0 {
            case .xorMappedAddress(let address), .mappedAddress(let address): address
            default: nil
            }
        }.first
    }

    /// The ERROR-CODE, if there is one.
    public var errorCode: (code: Int, reason: String)? {
        attributes.lazy.compactMap { if case .errorCode(let code, let reason) = $0 { (code, reason) } else { nil } }
            .first
    }

    /// Types of attributes that a receiver must understand and this implementation does not (RFC 8489 §14).
    public var unknownRequiredAttributes: [UInt16] {
        attributes.compactMap {
            if case .unknown(let type, _) = $0, type < 0x8000, type != STUNAttribute.messageIntegritySHA256Type {
                type
            } else {
                nil
            }
        }
    }
}
