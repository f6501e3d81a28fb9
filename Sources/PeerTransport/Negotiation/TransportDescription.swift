import MediaWire

/// What a description says about the transport that all its sections share.
struct TransportDescription: Sendable, Hashable {
    /// Who starts DTLS, as `a=setup` says.
    enum Setup: String, Sendable, Hashable {
        case actpass
        case active
        case passive
    }

    var credentials: ICECredentials
    var fingerprint: Fingerprint
    var setup: Setup
    var candidates: [ICECandidate]
    /// Whether the describing side leaves ICE's decisions to the other (`a=ice-lite`).
    var isLite = false
}
