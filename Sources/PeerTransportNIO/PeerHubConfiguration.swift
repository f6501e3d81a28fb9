/// Where a `PeerHub` listens, and what it tells peers.
public struct PeerHubConfiguration: Sendable, Hashable {
    /// The IP address to bind: `0.0.0.0` and `::` are all interfaces.
    public var bindAddress: String
    /// The UDP port of all peers; 0 lets the system choose.
    public var udpPort: Int
    /// The port for ICE-TCP; 0 lets the system choose, nil turns it off.
    public var tcpPort: Int?
    /// The IP addresses peers are told to send to.
    ///
    /// Empty means the bound address or, bound to all interfaces, their addresses, of which loopback only where there
    /// is no other.
    public var advertisedAddresses: [String]
    /// The distance of the beats at which datagrams and timers are handled; nil: as they come.
    ///
    /// A burst then costs one wake-up instead of several for each packet; a datagram or a timer waits for the next beat. In the first
    /// second, in which peers connect, they are 4 ms apart at most. For receivers whose own latency is far above it.
    public var readInterval: Duration?

    /// Makes a configuration.
    public init(
        bindAddress: String = "0.0.0.0",
        udpPort: Int = 0,
        tcpPort: Int? = nil,
        advertisedAddresses: [String] = [],
        readInterval: Duration? = nil
    ) {
        self.bindAddress = bindAddress
        self.udpPort = udpPort
        self.tcpPort = tcpPort
        self.advertisedAddresses = advertisedAddresses
        self.readInterval = readInterval
    }
}
