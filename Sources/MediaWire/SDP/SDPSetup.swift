/// Who begins the DTLS handshake (RFC 8842 §5).
public enum SDPSetup: String, Sendable, Hashable, CaseIterable {
    /// The writer is the DTLS client.
    case active
    /// The writer is the DTLS server.
    case passive
    /// The other side may choose.
    case actpass
    /// Nobody for now (RFC 4145).
    case holdconn
}
