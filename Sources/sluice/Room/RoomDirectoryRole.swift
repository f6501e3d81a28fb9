import MessageBus
import RoomServer
import ServiceLifecycle

/// Keeps the rooms of a server listed in Redis.
struct RoomDirectoryRole: Service {
    let directory: RedisRoomDirectory

    /// Writes until it is shut down and everything is written.
    func run() async throws {
        await withTaskGroup { group in
            group.addTask { await directory.run() }
            let pulse = Task { await directory.keepAlive() }
            // Ends in one of two ways, and both mean the same here.
            try? await gracefulShutdown()
            pulse.cancel()
            directory.finish()
        }
    }
}

/// Closes the connection to Redis when everything that used it has stopped.
struct RedisRole: Service {
    let bus: RedisBus

    /// Waits to be shut down.
    func run() async throws {
        // Ends in one of two ways, and both mean the same here.
        try? await gracefulShutdown()
        await bus.shutdown()
    }
}
