import Synchronization

/// Key frames asked for on the network's loop, collected for the thread that encodes.
final class KeyFrameRequests: Sendable {
    private let rids = Mutex<Set<String>>([])

    /// Somebody needs a key frame of a layer, or of all when `rid` is nil.
    func add(rid: String?) {
        rids.withLock { _ = $0.insert(rid ?? "") }
    }

    /// What was asked for since the last call; the empty name stands for all layers.
    func take() -> Set<String> {
        rids.withLock { waiting in
            defer { waiting = [] }
            return waiting
        }
    }
}
