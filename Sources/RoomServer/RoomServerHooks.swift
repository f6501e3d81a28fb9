import LiveKitProtocol

/// Who hears of what happens in the rooms of a server.
struct RoomServerHooks {
    /// Told every event, as webhooks tell it.
    var observers: [@Sendable (Livekit_WebhookEvent) -> Void] = []
    /// Starts what rooms are created to record.
    var autoEgress: RoomServer.AutoEgress?
}
