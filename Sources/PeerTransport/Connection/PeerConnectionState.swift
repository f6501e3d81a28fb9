/// How far a connection is, ICE and DTLS taken together (W3C WebRTC §4.3.3).
public enum PeerConnectionState: Sendable, Hashable {
    /// Nothing was negotiated yet.
    case new
    /// ICE or DTLS is under way.
    case connecting
    /// Media and data can flow.
    case connected
    /// Nothing was heard from the peer for a while; it may come back by itself or by an ICE restart.
    case disconnected
    /// ICE gave up or DTLS failed; only an ICE restart can help in the first case.
    case failed
    /// `close` was called.
    case closed
}
