/// What a hub has seen since it started.
public struct PeerHubStatistics: Sendable, Hashable {
    /// Datagrams and TCP frames that arrived.
    public internal(set) var received: UInt64 = 0
    /// Datagrams and TCP frames sent.
    public internal(set) var sent: UInt64 = 0
    /// Arrivals that belong to no peer: strangers, scanners, peers that have gone.
    public internal(set) var unrecognised: UInt64 = 0
    /// Packets not sent because the socket's queue was full.
    public internal(set) var droppedForBackpressure: UInt64 = 0
    /// Packets the system would not send where they were to go.
    public internal(set) var refusedBySystem: UInt64 = 0
    /// Packets not sent because their TCP connection has gone.
    public internal(set) var droppedWithoutConnection: UInt64 = 0
    /// TCP connections refused because there were too many, or closed because they spoke out of form.
    public internal(set) var connectionsRefused: UInt64 = 0
}
