public import MediaWire

/// Bytes that arrived from, or go to, a transport address.
public struct Datagram: Sendable, Hashable {
    /// The address of our own socket.
    public var local: TransportAddress
    /// The peer's address.
    public var remote: TransportAddress
    /// How the bytes travel.
    ///
    /// TCP carries them in frames, whose 16-bit length (RFC 4571) is not part of `bytes`.
    public var transport: TransportProtocol
    /// The payload.
    public var bytes: [UInt8]

    /// Makes a datagram of its parts.
    public init(
        local: TransportAddress,
        remote: TransportAddress,
        transport: TransportProtocol = .udp,
        bytes: [UInt8]
    ) {
        self.local = local
        self.remote = remote
        self.transport = transport
        self.bytes = bytes
    }
}
