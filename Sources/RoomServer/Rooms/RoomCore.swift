package import LiveKitProtocol
package import Logging
import MediaWire

/// All rooms of the server and everybody in them.
///
/// Confined to the event loop of its environment: every method is called there, nothing inside waits or locks. A join
/// makes a ``SignalSession``; from then on the edge passes requests to it, peers report events, and one timer moves the
/// rooms' clocks.
package final class RoomCore {
    /// How often the rooms' clocks move: as fine as the finest thing that depends on it, key frame requests.
    private static let tickInterval = Duration.milliseconds(100)

    let configuration: RoomCoreConfiguration
    let environment: any RoomEnvironment
    let logger: Logger
    let drains: DrainQueue

    /// Hears what happens in the rooms, as webhooks tell it; called on the loop, must not wait.
    package var onEvent: (Livekit_WebhookEvent) -> Void = { _ in }

    /// Hears which egress is to be started by itself, with the room's identifier and name; called on the loop, must not wait.
    package var onAutoEgress: (Rpc_StartEgressRequest.OneOf_Request, String, String) -> Void = { _, _, _ in }

    private(set) var rooms: [String: Room] = [:]
    private var ticker: (any ScheduledWork)?

    /// No rooms yet.
    package init(configuration: RoomCoreConfiguration, environment: any RoomEnvironment, logger: Logger) {
        self.configuration = configuration
        self.environment = environment
        self.logger = logger
        drains = DrainQueue(environment: environment)
    }

    /// The room with a name; created when there is none.
    func findOrCreateRoom(named name: String, configured: Livekit_RoomConfiguration? = nil) -> Room {
        if let room = rooms[name] { return room }
        let room = Room(name: name, core: self)
        if let configured { room.apply(configured) }
        rooms[name] = room
        startTicking()
        report("room_started", room)
        if let configured, configured.hasEgress { startAutoEgress(configured.egress, in: room) }
        logger.info("room created", metadata: ["room": "\(name)", "sid": "\(room.sid)"])
        return room
    }

    /// Ends a room: everybody in it is told why.
    func close(_ room: Room, reason: Livekit_DisconnectReason) {
        rooms[room.name] = nil
        room.closeAll(reason: reason)
        report("room_finished", room, endReason: Self.endReason(reason))
        logger.info("room closed", metadata: ["room": "\(room.name)", "sid": "\(room.sid)", "reason": "\(reason)"])
    }

    private static func endReason(_ reason: Livekit_DisconnectReason) -> Livekit_RoomEndReason {
        switch reason {
        case .roomDeleted: .roomEndApiDelete
        case .roomClosed: .roomEndIdleTimeout
        case .serverShutdown: .roomEndServerShutdown
        default: .roomEndUnknown
        }
    }

    /// Ends every room, because the server stops.
    package func shutdown() {
        ticker?.cancel()
        ticker = nil
        for room in rooms.values { close(room, reason: .serverShutdown) }
    }

    private func startTicking() {
        guard ticker == nil else { return }
        ticker = environment.schedule(after: Self.tickInterval) { [weak self] in self?.tick() }
    }

    private func tick() {
        ticker = nil
        let now = environment.now
        for room in rooms.values {
            room.tick(at: now)
            if room.isExpired(at: now) { close(room, reason: .roomClosed) }
        }
        if !rooms.isEmpty { startTicking() }
    }
}
