import Synchronization

/// Key frames asked for on the network's loop, collected for the threads that encode.
final class KeyFrameRequests: Sendable {
    private let waiting: Mutex<Set<String>>
    private let rids: [String]

    /// Requests for layers of these names.
    init(rids: [String]) {
        self.rids = rids
        waiting = Mutex([])
    }

    /// Somebody needs a key frame of a layer, or of all when `rid` is nil.
    func add(rid: String?) {
        let asked = rid.map { [$0] } ?? rids
        waiting.withLock { $0.formUnion(asked.filter(rids.contains)) }
    }

    /// Whether one was asked for since the last call.
    func take(rid: String) -> Bool {
        waiting.withLock { $0.remove(rid) != nil }
    }
}
