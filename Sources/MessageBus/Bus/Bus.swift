/// Publish and subscribe as the RPC needs it: at most once, per channel in order.
///
/// Two forms: `RedisBus` between processes, `InProcessBus` inside one. The RPC is the same over both.
public protocol Bus: Sendable {
    /// Sends a payload to whoever is subscribed to the channel.
    ///
    /// Returns once the bus has it. What could not be handed over is thrown, never dropped in silence.
    func publish(_ payload: [UInt8], to channel: String) async throws(BusError)

    /// Begins to receive what is published on the channel; returns once the subscription is confirmed.
    ///
    /// The handler is called in the order of publishing, one payload after the other, and must not block.
    func subscribe(
        _ channel: String,
        handler: @escaping @Sendable ([UInt8]) -> Void
    ) async throws(BusError) -> any BusSubscription

    /// Claims a message of a queue method; true: this subscriber handles it, and no other one does.
    ///
    /// The lock belongs to the payload's bytes and goes by itself (`QueueLock`).
    func lock(_ payload: [UInt8]) async -> Bool
}

/// What `Bus.subscribe` gives: the way to end it.
public protocol BusSubscription: Sendable {
    /// Ends the subscription; ending it twice is harmless.
    func cancel() async
}
