/// Peers that have something to send, drained together once per burst.
///
/// A packet that comes in goes out to many, and packets come in bursts: draining each peer once after the burst lets the
/// hub write many datagrams at a time.
final class DrainQueue {
    private let environment: any RoomEnvironment
    private var legs: [PeerLeg] = []

    init(environment: any RoomEnvironment) {
        self.environment = environment
    }

    /// Drains a leg once the present burst is over.
    func add(_ leg: PeerLeg) {
        if legs.isEmpty { environment.soon { self.flush() } }
        legs.append(leg)
    }

    private func flush() {
        let due = legs
        legs.removeAll(keepingCapacity: true)
        for leg in due { leg.drain() }
    }
}
