import Synchronization

/// The subscriptions of a client.
final class Listening: Sendable {
    private let subscriptions = Mutex<[any BusSubscription]>([])

    func add(_ more: [any BusSubscription]) {
        subscriptions.withLock { $0 += more }
    }

    func takeAll() -> [any BusSubscription] {
        subscriptions.withLock { subscriptions in
            defer { subscriptions = [] }
            return subscriptions
        }
    }
}
