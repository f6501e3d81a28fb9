/// The connectivity of a peer's path.
public enum ICEConnectionState: Sendable, Hashable {
    /// Nothing is known of the peer yet.
    case new
    /// Looking for a path.
    case checking
    /// A path is selected and the peer consents to receive on it.
    case connected
    /// The peer has not answered for `ICETiming.disconnectedAfter`; it may come back.
    case disconnected
    /// No path was found, or the peer stayed silent. Only an ICE restart helps.
    case failed
    /// Closed by us.
    case closed
}
