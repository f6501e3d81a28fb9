public import LiveKitProtocol
public import Logging
public import MessageBus
import SwiftProtobuf

/// Writes the rooms of a server into Redis, under the keys by which LiveKit's other services find them.
///
/// `rooms` has every room by its name, `room_participants:<room>` the participants by their identity, `room_node_map` the server
/// a room is on, `nodes` the servers. Changes are written in their order, one after the other; while Redis is away they wait, and
/// the oldest are lost when more than `maximumWaiting` do.
public final class RedisRoomDirectory: Sendable {
    private enum Change: Sendable {
        case room(Livekit_Room)
        case roomGone(String)
        case participant(Livekit_ParticipantInfo, room: Livekit_Room)
        case participantGone(identity: String, room: Livekit_Room)
    }

    private static let maximumWaiting = 10_000
    /// How often the server says that it is there (LiveKit: `StatsUpdateInterval`).
    private static let interval = Duration.seconds(10)

    private let redis: RedisCommands
    private let node: Livekit_Node
    private let logger: Logger
    private let changes: AsyncStream<Change>
    private let changed: AsyncStream<Change>.Continuation

    /// A directory for the rooms of one server.
    ///
    /// - Parameter address: where the server is, as other servers see it.
    public init(_ redis: RedisCommands, address: String, region: String, processors: Int, logger: Logger) {
        self.redis = redis
        self.logger = logger
        var node = Livekit_Node()
        node.id = NodeID.random().rawValue
        node.ip = address
        node.numCpus = UInt32(clamping: processors)
        node.region = region
        node.type = .server
        node.state = .serving
        self.node = node
        (changes, changed) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.maximumWaiting))
    }

    /// Takes what has happened in a room; never waits.
    public func note(_ event: Livekit_WebhookEvent) {
        switch event.event {
        case "room_started": changed.yield(.room(event.room))
        case "room_finished": changed.yield(.roomGone(event.room.name))
        case "participant_joined": changed.yield(.participant(event.participant, room: event.room))
        case "participant_left":
            changed.yield(.participantGone(identity: event.participant.identity, room: event.room))
        default: break
        }
    }

    /// Writes until `finish`, then takes the server out of the list.
    public func run() async {
        await send(["HSET", "nodes", RedisArgument(node.id), bytes(of: node)])
        for await change in changes { await write(change) }
        await send(["HDEL", "nodes", RedisArgument(node.id)])
    }

    /// Says again and again that the server is there; returns when its task is cancelled.
    public func keepAlive() async {
        while (try? await Task.sleep(for: Self.interval)) != nil {
            await send(["HSET", "nodes", RedisArgument(node.id), bytes(of: node)])
        }
    }

    /// Nothing more will happen; `run` returns when everything is written.
    public func finish() {
        changed.finish()
    }

    private func write(_ change: Change) async {
        switch change {
        case .room(let room): await write(room)
        case .roomGone(let name):
            await send(["HDEL", "rooms", RedisArgument(name)])
            await send(["HDEL", "room_internal", RedisArgument(name)])
            await send(["HDEL", "room_node_map", RedisArgument(name)])
            await send(["DEL", "room_participants:\(name)"])
        case .participant(let participant, let room):
            await send([
                "HSET", "room_participants:\(room.name)", RedisArgument(participant.identity), bytes(of: participant),
            ])
            await write(room)
        case .participantGone(let identity, let room):
            await send(["HDEL", "room_participants:\(room.name)", RedisArgument(identity)])
            await write(room)
        }
    }

    private func write(_ room: Livekit_Room) async {
        await send(["HSET", "rooms", RedisArgument(room.name), bytes(of: room)])
        await send(["HSET", "room_node_map", RedisArgument(room.name), RedisArgument(node.id)])
    }

    private func send(_ command: [RedisArgument]) async {
        do throws(BusError) { _ = try await redis.send(command) } catch {
            logger.warning("the room directory could not be written", metadata: ["error": "\(error.message)"])
        }
    }

    private func bytes(of message: some Message) -> RedisArgument {
        RedisArgument((try? message.serializedBytes()) ?? [])
    }
}
