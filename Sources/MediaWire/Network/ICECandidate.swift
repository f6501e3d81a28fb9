/// A candidate address of an ICE agent, in the form SDP and trickled candidates carry it (RFC 8839 §5.1).
public struct ICECandidate: Sendable, Hashable {
    /// How an address was found.
    public enum Kind: String, Sendable, Hashable, CaseIterable {
        /// An address of a local interface.
        case host
        /// An address a STUN server saw.
        case serverReflexive = "srflx"
        /// An address a peer saw in a connectivity check.
        case peerReflexive = "prflx"
        /// An address on a TURN server.
        case relay
    }

    /// Which side opens a TCP connection (RFC 6544 §4.5).
    public enum TCPType: String, Sendable, Hashable, CaseIterable {
        /// Opens connections.
        case active
        /// Accepts connections.
        case passive
        /// Both at the same time.
        case simultaneousOpen = "so"
    }

    /// Groups candidates of the same kind, base and server: 1 through 32 characters.
    public var foundation: String
    /// 1 for RTP, and for everything where RTCP is multiplexed; 2 for RTCP.
    public var component: UInt16
    /// UDP or TCP.
    public var transport: TransportProtocol
    /// The sender's preference, the greater the better.
    public var priority: UInt32
    /// Where to send.
    public var address: TransportAddress
    /// How the address was found.
    public var kind: Kind
    /// For TCP, which side opens the connection.
    public var tcpType: TCPType?
    /// The address that this one was derived from, for reflexive and relayed candidates.
    public var relatedAddress: TransportAddress?
    /// The `ufrag` extension, with which browsers name the generation a trickled candidate belongs to.
    public var usernameFragment: String?

    /// A candidate with these values.
    public init(
        foundation: String,
        component: UInt16 = 1,
        transport: TransportProtocol = .udp,
        priority: UInt32,
        address: TransportAddress,
        kind: Kind = .host,
        tcpType: TCPType? = nil,
        relatedAddress: TransportAddress? = nil,
        usernameFragment: String? = nil
    ) {
        self.foundation = foundation
        self.component = component
        self.transport = transport
        self.priority = priority
        self.address = address
        self.kind = kind
        self.tcpType = tcpType
        self.relatedAddress = relatedAddress
        self.usernameFragment = usernameFragment
    }
}
