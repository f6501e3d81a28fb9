/// What carries a peer's packets.
public enum TransportProtocol: String, Sendable, Hashable, CaseIterable {
    /// Datagrams.
    case udp
    /// A stream of length-prefixed packets (RFC 4571).
    case tcp
}
