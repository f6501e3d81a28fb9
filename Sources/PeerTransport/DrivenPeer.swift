public import MediaWire

/// One thing a sans-IO peer wants done.
public enum DriveOutput<Event> {
    /// Send these bytes.
    case transmit(Datagram)
    /// Tell the owner.
    case event(Event)
}

extension DriveOutput: Sendable where Event: Sendable {}

/// How sure a peer is that an address is its own peer's.
public enum PathTrust: Sendable, Hashable {
    /// Nothing authentic has come from there.
    case none
    /// An authentic connectivity check has.
    case proven
    /// Media flows there: our own checks have been answered from it.
    case inUse
}

/// A peer that owns no socket, no thread and no clock, and is driven by one that does.
///
/// The driver calls `handle` for every datagram, `handleTimeout` once `nextTimeout` has passed, and after any call into
/// the peer drains `poll` until it is nil. All calls come from one thread.
public protocol DrivenPeer: AnyObject {
    /// What the peer tells its owner.
    associatedtype Event

    /// The ICE user name fragment by which a peer's first packets name it; changes when ICE restarts.
    var localUfrag: String { get }
    /// When `handleTimeout` must be called next; nil while nothing is awaited.
    var nextTimeout: Instant? { get }

    /// How far the peer trusts an address; decides whose packets from it are where many peers share a port.
    func trust(in remote: TransportAddress, over transport: TransportProtocol) -> PathTrust
    /// Takes in a datagram.
    func handle(_ datagram: Datagram, at now: Instant)
    /// Does what was due by `now`.
    func handleTimeout(at now: Instant)
    /// The next thing to do, nil once there is none.
    func poll() -> DriveOutput<Event>?
}
