import FoundationEssentials
public import LiveKitProtocol
public import Logging
import NIOCore
public import PeerTransportNIO

/// A participant in a room: subscribes to tracks, publishes tracks, exchanges data.
///
/// It speaks LiveKit's first signal protocol with two peer connections, which every LiveKit server takes. All of it
/// lives on the event loop of the given hub, media too; the methods here may be called from anywhere. A client joins
/// once: after `disconnected` another is made.
///
/// What happens in the room comes as ``events``; media comes to the `TrackReceiver`s on the event loop. A lost
/// connection is restored without the caller's doing: subscriptions, receivers and published tracks survive it.
public final class RoomClient: Sendable {
    /// What happens in the room, in order.
    ///
    /// For one consumer.
    public let events: AsyncStream<RoomEvent>

    private let engine: RoomEngine

    /// Prepares a client; nothing is sent before ``connect()``.
    ///
    /// The hub lends its loop and its addresses. The client's media goes over two ports of its own, made alike, so many
    /// clients may be given one hub.
    public init(configuration: RoomClientConfiguration, hub: PeerHub, logger: Logger) {
        let (events, continuation) = AsyncStream.makeStream(
            of: RoomEvent.self,
            bufferingPolicy: .bufferingOldest(RoomEngine.maximumQueuedEvents)
        )
        self.events = events
        engine = RoomEngine(configuration: configuration, hub: hub, logger: logger, events: continuation)
    }

    /// A client nobody holds any more leaves its room.
    deinit {
        let engine = engine
        engine.loop.execute { engine.disconnect {} }
    }

    /// Joins the room; media connects in the background.
    public func connect() async throws(RoomClientError) {
        let ports: ClientPorts
        do {
            ports = try await ClientPorts.open(like: engine.hub)
        } catch {
            throw RoomClientError(.unavailable, "no ports for media could be opened: \(error)")
        }
        let result = await withTaskCancellationHandler {
            await onLoop { engine, done in engine.connect(over: ports, done) }
        } onCancel: { [engine] in
            engine.loop.execute { engine.disconnect {} }
        }
        try result.get()
    }

    /// Leaves the room; every receiver is told the end of its track before this returns.
    public func disconnect() async {
        await onLoop { engine, done in engine.disconnect { done(()) } }
        let closing: Task<Void, Never>? = await onLoop { engine, done in done(engine.closingPorts) }
        await closing?.value
    }

    /// Asks for a track; its samples go to the receiver as soon as media arrives.
    ///
    /// May be repeated, also with another receiver, and survives reconnects until the track ends or
    /// ``unsubscribe(_:)``.
    public func subscribe(_ track: TrackSID, of participant: ParticipantSID, receiver: any TrackReceiver) {
        engine.loop.execute { [engine] in engine.subscribe(track, of: participant, receiver: receiver) }
    }

    /// Ends a subscription.
    public func unsubscribe(_ track: TrackSID) {
        engine.loop.execute { [engine] in engine.unsubscribe(track) }
    }

    /// Says at what size a subscribed video track is shown, so that the server sends the smallest layer that covers it
    /// (nil: the best there is), and whether it is wanted at present at all.
    public func setVideoSettings(_ track: TrackSID, size: (width: Int, height: Int)?, enabled: Bool) {
        engine.loop.execute { [engine] in
            engine.set(Subscription.Settings(size: size, isEnabled: enabled), for: track)
        }
    }

    /// Asks the publisher of a subscribed video track for a key frame; requests are spaced, and repeated until one comes.
    public func requestKeyFrame(_ track: TrackSID) {
        engine.loop.execute { [engine] in engine.requestKeyFrame(track) }
    }

    /// What happened to a subscribed track's packets and frames; nil when it is not subscribed.
    public func statistics(of track: TrackSID) async -> TrackStatistics? {
        await onLoop { engine, done in done(engine.statistics(of: track)) }
    }

    /// Publishes a track; returns once the server has taken it.
    public func publish(_ description: LocalTrackDescription) async throws(RoomClientError) -> LocalTrack {
        try await onLoop { engine, done in engine.publish(description, done) }.get()
    }

    /// Ends a published track.
    public func unpublish(_ track: LocalTrack) {
        engine.loop.execute { [engine] in engine.unpublish(track) }
    }

    /// Tells the room that a published track is silent for now, or no longer; the caller stops or starts writing.
    public func setMuted(_ track: LocalTrack, _ isMuted: Bool) {
        engine.loop.execute { [engine] in engine.setMuted(track, isMuted) }
    }

    /// Sends user data to some participants by identity, or to everyone else in the room.
    public func sendData(
        _ payload: [UInt8],
        topic: String? = nil,
        reliably: Bool = true,
        to identities: [String] = []
    ) async throws(RoomClientError) {
        var packet = Livekit_DataPacket()
        packet.user.payload = .init(payload)
        if let topic { packet.user.topic = topic }
        packet.user.destinationIdentities = identities
        packet.destinationIdentities = identities
        let message = packet
        try await onLoop { engine, done in engine.sendData(message, reliably: reliably, done) }.get()
    }

    /// Changes this client's own metadata and attributes; an empty attribute value deletes.
    public func updateMetadata(_ metadata: String? = nil, attributes: [String: String] = [:]) {
        engine.loop.execute { [engine] in engine.updateMetadata(metadata, attributes: attributes) }
    }

    private func onLoop<Value: Sendable>(
        _ body: @escaping @Sendable (RoomEngine, @escaping @Sendable (Value) -> Void) -> Void
    ) async -> Value {
        await withCheckedContinuation { continuation in
            engine.loop.execute { [engine] in body(engine) { continuation.resume(returning: $0) } }
        }
    }
}
