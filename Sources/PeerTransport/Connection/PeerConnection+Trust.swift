public import MediaWire

extension PeerConnection {
    /// How far an address is known to be the peer's: by ICE.
    public func trust(in remote: TransportAddress, over transport: TransportProtocol) -> PathTrust {
        self.transport.trust(in: remote, over: transport)
    }
}
