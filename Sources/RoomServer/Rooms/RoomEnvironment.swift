package import MediaWire
package import PeerTransport

/// What the rooms need of the world: time, timers and peer connections.
///
/// Everything on one event loop.
///
/// The server gives them the hub; tests give them virtual time and peers in the same process.
package protocol RoomEnvironment: AnyObject {
    /// The monotonic time.
    var now: Instant { get }
    /// The time of day.
    var wallClock: WallClock { get }
    /// Runs `work` after a delay, on the loop.
    @discardableResult
    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> any ScheduledWork
    /// Runs `work` once what has already happened is dealt with: after the packets read in one go.
    func soon(_ work: @escaping () -> Void)
    /// Makes a peer connection that is not driven yet.
    func makePeer(_ adjust: (inout PeerConfiguration) -> Void) -> PeerConnection
    /// Drives a peer from now on; events come one at a time, after the call that caused them has returned.
    func attach(_ peer: PeerConnection, onEvent: @escaping (PeerEvent) -> Void) -> any PeerLink
}

/// Work to be done later.
package protocol ScheduledWork: AnyObject {
    /// Takes it back, if it has not been done.
    func cancel()
}

/// A peer's place in what drives it.
package protocol PeerLink: AnyObject {
    /// Sends what the peer has to send. Call after touching the peer.
    func drain()
    /// Stops driving the peer.
    func detach()
}
