internal import MediaWire

/// What a datagram needs to find its way.
struct ICEPath: Hashable {
    /// Our socket.
    var local: TransportAddress
    /// The peer.
    var remote: TransportAddress
    /// How it travels.
    var transport: TransportProtocol
}

/// A path and what the checks on it have shown (RFC 8445 §6.1.2.6).
///
/// There is one component and one data stream (BUNDLE, rtcp-mux), so no pair is ever frozen.
struct ICEPair {
    enum State {
        /// To be checked. Next: `inProgress`.
        case waiting
        /// A check is under way. Next: `succeeded`, `failed`, `waiting` when a triggered check replaces it.
        case inProgress
        /// A check was answered: the pair is valid. Next: `failed`.
        case succeeded
        /// The checks had no answer, or a bad one. Next: `waiting`, when the peer checks it.
        case failed
    }

    let path: ICEPath
    let localPriority: UInt32
    var remotePriority: UInt32
    var state = State.waiting
    /// The check whose outcome counts.
    var transaction: STUNTransactionID?
    /// The peer, controlling, chose the pair before we could say that it is valid.
    var isNominatedByPeer = false
    /// Whether an authentic check has come from the peer.
    var hasPeerCheck = false

    /// RFC 8445 §6.1.2.3.
    func priority(as role: ICERole) -> UInt64 {
        let (controlling, controlled) =
            role == .controlling ? (localPriority, remotePriority) : (remotePriority, localPriority)
        return UInt64(min(controlling, controlled)) << 32
            &+ 2 * UInt64(max(controlling, controlled))
            &+ (controlling > controlled ? 1 : 0)
    }
}
