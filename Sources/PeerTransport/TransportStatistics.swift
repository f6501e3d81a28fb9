/// What a `SecureTransport` has sent, received and refused.
public struct TransportStatistics: Sendable, Hashable {
    /// Packets handed to the socket, of every kind.
    public var packetsSent: UInt64 = 0
    /// Bytes handed to the socket, without IP and UDP headers.
    public var bytesSent: UInt64 = 0
    /// Datagrams taken in, of every kind.
    public var packetsReceived: UInt64 = 0
    /// Bytes taken in.
    public var bytesReceived: UInt64 = 0
    /// RTP and RTCP packets that could not be sent because there were no keys or no path yet.
    public var mediaDroppedBeforeConnected: UInt64 = 0
    /// RTP and RTCP packets that arrived before there were keys, and were too many to keep.
    public var mediaReceivedBeforeKeys: UInt64 = 0
    /// RTP and RTCP packets whose authentication failed.
    public var authenticationFailures: UInt64 = 0
    /// RTP and RTCP packets that had been received before, or are too old to tell.
    public var replaysRejected: UInt64 = 0
    /// Datagrams that belong to no protocol, or came from an address that never passed a check.
    public var unrecognised: UInt64 = 0

    init() {}
}
