import Synchronization

/// The bus of a single process: what `sluice serve` runs its roles over.
///
/// A payload is handed to its subscribers before `publish` returns.
public final class InProcessBus: Bus {
    private struct Subscriber {
        let id: Int
        let handler: @Sendable ([UInt8]) -> Void
    }

    private struct State {
        var subscribers: [String: [Subscriber]] = [:]
        var nextID = 0
        var locks = QueueLockTable()
    }

    // Held while handlers run: that keeps the order. A handler cannot come back here, because it is not async.
    private let state = Mutex(State())

    /// A bus without subscribers.
    public init() {}

    /// Hands the payload to the channel's subscribers.
    public func publish(_ payload: [UInt8], to channel: String) async throws(BusError) {
        state.withLock { state in
            for subscriber in state.subscribers[channel] ?? [] { subscriber.handler(payload) }
        }
    }

    /// Begins to receive what is published on the channel.
    public func subscribe(
        _ channel: String,
        handler: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(BusError) -> any BusSubscription {
        let id = state.withLock { state in
            state.nextID += 1
            state.subscribers[channel, default: []].append(Subscriber(id: state.nextID, handler: handler))
            return state.nextID
        }
        return Subscription(bus: self, channel: channel, id: id)
    }

    /// Claims a message of a queue method.
    public func lock(_ payload: [UInt8]) async -> Bool {
        state.withLock { $0.locks.take(QueueLock.key(of: payload), now: .now) }
    }

    private func remove(_ id: Int, from channel: String) {
        state.withLock { state in
            state.subscribers[channel]?.removeAll { $0.id == id }
            if state.subscribers[channel]?.isEmpty == true { state.subscribers[channel] = nil }
        }
    }

    private struct Subscription: BusSubscription {
        let bus: InProcessBus
        let channel: String
        let id: Int

        func cancel() async { bus.remove(id, from: channel) }
    }
}
