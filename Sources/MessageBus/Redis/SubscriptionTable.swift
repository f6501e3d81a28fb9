/// Who is subscribed to what, and what of it Redis has confirmed.
struct SubscriptionTable {
    typealias Handler = @Sendable ([UInt8]) -> Void

    /// What a new subscriber has to wait for.
    enum Standing: Equatable {
        /// Nothing: the channel is subscribed to.
        case confirmed
        /// A confirmation that is on its way.
        case pending
        /// A confirmation of what is to be sent now, with this number.
        case new(generation: Int)
    }

    private struct Channel {
        var handlers: [(id: Int, handler: Handler)] = []
        var isConfirmed = false
        var generation: Int
    }

    private var channels: [String: Channel] = [:]
    /// The channels in the order they were subscribed to, which a new connection keeps.
    private var order: [String] = []
    /// Tells the confirmation of a subscription from that of an earlier one that was ended in between.
    private var generation = 0

    /// Adds a subscriber.
    mutating func add(_ handler: @escaping Handler, id: Int, to name: String) -> Standing {
        if channels[name] != nil {
            channels[name]?.handlers.append((id, handler))
            return channels[name]?.isConfirmed == true ? .confirmed : .pending
        }
        generation += 1
        channels[name] = Channel(handlers: [(id, handler)], generation: generation)
        order.append(name)
        return .new(generation: generation)
    }

    /// Removes a subscriber; true when it was the last one, and the channel's subscription is to be ended.
    mutating func remove(_ id: Int, from name: String) -> Bool {
        guard let index = channels[name]?.handlers.firstIndex(where: { $0.id == id }) else { return false }
        channels[name]?.handlers.remove(at: index)
        guard channels[name]?.handlers.isEmpty == true else { return false }
        channels[name] = nil
        order.removeAll { $0 == name }
        return true
    }

    /// Redis confirmed a subscription; false when it is one that was ended since.
    mutating func confirm(_ name: String, generation: Int) -> Bool {
        guard channels[name]?.generation == generation else { return false }
        channels[name]?.isConfirmed = true
        return true
    }

    /// The connection is gone: nothing is confirmed any more.
    mutating func lost() {
        for name in order { channels[name]?.isConfirmed = false }
    }

    /// What to subscribe to on a new connection, in order.
    mutating func resubscribe() -> [(name: String, generation: Int)] {
        order.map { name in
            generation += 1
            channels[name]?.generation = generation
            return (name, generation)
        }
    }

    /// Who hears what is published on a channel, in the order they came.
    func handlers(of name: String) -> [Handler] { channels[name]?.handlers.map(\.handler) ?? [] }
}
