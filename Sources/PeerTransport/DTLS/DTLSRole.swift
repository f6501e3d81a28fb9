/// Which side starts the DTLS handshake (`a=setup`, RFC 8842).
public enum DTLSRole: Sendable, Hashable {
    /// Sends ClientHello: `active`.
    case client
    /// Waits for it: `passive`.
    case server

    /// The other side's role.
    public var opposite: DTLSRole { self == .client ? .server : .client }
}
