internal import MediaWire
internal import PeerTransport

/// A peer as the hub drives it, whatever its events are.
class Attachment {
    let number: Int
    /// Whether it is on the hub's list of peers to drain.
    var isDirty = false
    /// The deadline the hub has noted for it.
    var deadline: Instant?
    /// The fragments that lead to it: the present one, and the one before it, which checks may still name.
    var ufrags: [String] = []
    /// The addresses that lead to it, oldest first.
    var routes: [Route] = []
    /// The address last sent to, in the form the socket wants it: nearly always the next one's.
    var lastRemote: (address: TransportAddress, name: SocketName)?

    init(number: Int) {
        self.number = number
    }

    var localUfrag: String { preconditionFailure("overridden") }
    var nextTimeout: Instant? { preconditionFailure("overridden") }
    func trust(in route: Route) -> PathTrust { preconditionFailure("overridden") }
    func handle(_ datagram: Datagram, at now: Instant) { preconditionFailure("overridden") }
    func handleTimeout(at now: Instant) { preconditionFailure("overridden") }
    /// Hands out everything the peer wants sent, and tells its owner everything else.
    func drain(_ transmit: (Datagram) -> Void) { preconditionFailure("overridden") }
    /// The owner wants no more events.
    func silence() { preconditionFailure("overridden") }
}

/// An attachment of one type of peer.
final class AttachmentOf<Peer: DrivenPeer>: Attachment {
    private let peer: Peer
    private var onEvent: ((Peer.Event) -> Void)?

    init(_ peer: Peer, number: Int, onEvent: @escaping (Peer.Event) -> Void) {
        self.peer = peer
        self.onEvent = onEvent
        super.init(number: number)
    }

    override var localUfrag: String { peer.localUfrag }
    override var nextTimeout: Instant? { peer.nextTimeout }

    override func trust(in route: Route) -> PathTrust {
        peer.trust(in: route.remote, over: route.transport)
    }

    override func handle(_ datagram: Datagram, at now: Instant) {
        peer.handle(datagram, at: now)
    }

    override func handleTimeout(at now: Instant) {
        peer.handleTimeout(at: now)
    }

    override func drain(_ transmit: (Datagram) -> Void) {
        while let output = peer.poll() {
            switch output {
            case .transmit(let datagram): transmit(datagram)
            case .event(let event): onEvent?(event)
            }
        }
    }

    override func silence() { onEvent = nil }
}

/// Where a peer sends from: what an arriving packet without a name is recognised by.
struct Route: Hashable {
    let remote: TransportAddress
    let transport: TransportProtocol
}
