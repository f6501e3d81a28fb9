/// An attribute of a STUN message, other than the two that protect it.
public enum STUNAttribute: Sendable, Hashable {
    /// USERNAME (RFC 8489 §14.3): for ICE the receiver's and the sender's ufrag with a colon between.
    case username(String)
    /// PRIORITY (RFC 8445 §16.1): the priority a peer reflexive candidate would have.
    case priority(UInt32)
    /// USE-CANDIDATE (RFC 8445 §16.1): the controlling agent nominates the pair.
    case useCandidate
    /// ICE-CONTROLLED with the tie breaker (RFC 8445 §16.1).
    case iceControlled(UInt64)
    /// ICE-CONTROLLING with the tie breaker (RFC 8445 §16.1).
    case iceControlling(UInt64)
    /// XOR-MAPPED-ADDRESS (RFC 8489 §14.2): where the request came from.
    case xorMappedAddress(TransportAddress)
    /// MAPPED-ADDRESS (RFC 8489 §14.1), from servers older than RFC 5389.
    case mappedAddress(TransportAddress)
    /// ERROR-CODE (RFC 8489 §14.8): 300 through 699, and a reason.
    case errorCode(Int, String)
    /// UNKNOWN-ATTRIBUTES (RFC 8489 §14.9): types a request had that were not understood.
    case unknownAttributes([UInt16])
    /// SOFTWARE (RFC 8489 §14.14).
    case software(String)
    /// Any other attribute.
    case unknown(type: UInt16, value: [UInt8])

    /// The attribute's type on the wire.
    public var type: UInt16 {
        switch self {
        case .mappedAddress: 0x0001
        case .username: 0x0006
        case .errorCode: 0x0009
        case .unknownAttributes: 0x000A
        case .xorMappedAddress: 0x0020
        case .priority: 0x0024
        case .useCandidate: 0x0025
        case .software: 0x8022
        case .iceControlled: 0x8029
        case .iceControlling: 0x802A
        case .unknown(let type, _): type
        }
    }

    /// MESSAGE-INTEGRITY (RFC 8489 §14.5).
    static let messageIntegrityType: UInt16 = 0x0008
    /// MESSAGE-INTEGRITY-SHA256 (RFC 8489 §14.6).
    static let messageIntegritySHA256Type: UInt16 = 0x001C
    /// FINGERPRINT (RFC 8489 §14.7).
    static let fingerprintType: UInt16 = 0x8028
}
