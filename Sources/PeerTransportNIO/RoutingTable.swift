internal import MediaWire
internal import PeerTransport

/// Whose a packet is, where many peers share a port.
///
/// A STUN request names its peer (`ICE.localUfrag`); a STUN response names the request it answers; all else goes by its
/// source address. An address leads to a peer once an authentic check has come from there, and is not taken from a peer
/// whose media flows there: the source of a packet is easily forged, an answer to our own checks is not.
struct RoutingTable {
    /// Addresses kept for one peer: it may check from many interfaces and relays, and media comes from one.
    static let routesPerPeer = 32
    /// Our requests whose answers are awaited, of all peers.
    static let requestLimit = 8192

    private var byUfrag: [String: Attachment] = [:]
    private var byRoute: [Route: Attachment] = [:]
    private var byRequest: [STUNTransactionID: Attachment] = [:]
    /// Requests in the order they were sent, from `requestsHead`.
    private var requests: [STUNTransactionID] = []
    private var requestsHead = 0

    /// The peer a packet is for.
    mutating func find(_ bytes: [UInt8], from route: Route) -> Attachment? {
        guard STUNMessage.isSTUN(bytes) else { return byRoute[route] }
        if let ufrag = ICE.localUfrag(ofBindingRequest: bytes) { return byUfrag[ufrag] }
        return byRequest.removeValue(forKey: Self.transaction(of: bytes)) ?? byRoute[route]
    }

    /// Notes a request that is about to be sent.
    mutating func noteRequest(_ bytes: [UInt8], of attachment: Attachment) {
        // A Binding request begins with 0x0001 (RFC 8489 §5).
        guard bytes.count >= 20, bytes[0] == 0, bytes[1] == 1 else { return }
        let transaction = Self.transaction(of: bytes)
        guard byRequest.updateValue(attachment, forKey: transaction) == nil else { return }
        requests.append(transaction)
        if requests.count - requestsHead > Self.requestLimit {
            byRequest[requests[requestsHead]] = nil
            requestsHead += 1
        }
        if requestsHead > Self.requestLimit {
            requests.removeFirst(requestsHead)
            requestsHead = 0
        }
    }

    private static func transaction(of bytes: [UInt8]) -> STUNTransactionID {
        let number = { (range: Range<Int>) in bytes[range].reduce(0 as UInt64) { $0 << 8 | UInt64($1) } }
        return STUNTransactionID(high: number(8..<16), low: UInt32(truncatingIfNeeded: number(16..<20)))
    }

    /// Notes where a packet for a peer came from, if the peer vouches for it.
    mutating func learn(_ route: Route, of attachment: Attachment) {
        let owner = byRoute[route]
        guard owner !== attachment else { return }
        let trust = attachment.trust(in: route)
        guard trust != .none else { return }
        if let owner, owner.trust(in: route) == .inUse, trust != .inUse { return }
        owner?.routes.removeAll { $0 == route }
        byRoute[route] = attachment
        attachment.routes.append(route)
        guard attachment.routes.count > Self.routesPerPeer else { return }
        let unused = attachment.routes.firstIndex { attachment.trust(in: $0) != .inUse } ?? 0
        byRoute[attachment.routes.remove(at: unused)] = nil
    }

    /// Forgets an address, of a TCP connection that has ended.
    mutating func forget(_ route: Route) {
        byRoute.removeValue(forKey: route)?.routes.removeAll { $0 == route }
    }

    /// Lets the peer's present fragment lead to it, and the one before.
    mutating func update(_ attachment: Attachment) {
        let ufrag = attachment.localUfrag
        guard attachment.ufrags.last != ufrag else { return }
        attachment.ufrags.append(ufrag)
        byUfrag[ufrag] = attachment
        if attachment.ufrags.count > 2 { byUfrag[attachment.ufrags.removeFirst()] = nil }
    }

    mutating func remove(_ attachment: Attachment) {
        for ufrag in attachment.ufrags { byUfrag[ufrag] = nil }
        for route in attachment.routes { byRoute[route] = nil }
        byRequest = byRequest.filter { $0.value !== attachment }
    }
}
