public import LiveKitProtocol
public import MessageBus

/// The egresses in Redis, under the keys that LiveKit's server uses, so that either can read what the other has written.
///
/// `egress` has every egress by its identifier, `egress:room:<room>` the identifiers of a room, `ended_egress` the room and the
/// end of those that are over, as `<room>|<nanoseconds>`; in a room's name a `|` may occur too, so the last one counts.
public final class RedisEgressStore: EgressInfoStore {
    private let redis: RedisCommands

    /// A store behind a connection.
    public init(_ redis: RedisCommands) {
        self.redis = redis
    }

    /// Stores a new egress; false if its identifier is taken.
    public func create(_ info: Livekit_EgressInfo) async throws(EgressStoreError) -> Bool {
        try await write(info, over: nil)
    }

    /// Replaces what is stored by what `change` makes of it.
    @discardableResult
    public func update(
        _ id: String,
        _ change: @Sendable (Livekit_EgressInfo?) -> Livekit_EgressInfo?
    ) async throws(EgressStoreError) -> Livekit_EgressInfo? {
        for _ in 0..<maximumAttempts {
            let bytes = try await send(["HGET", "egress", RedisArgument(id)]).bytes
            let stored = try bytes.map { (bytes) throws(EgressStoreError) in try Livekit_EgressInfo.stored(bytes) }
            guard let changed = change(stored) else { return nil }
            if try await write(changed, over: bytes) { return changed }
        }
        throw EgressStoreError("egress \(id) changed \(maximumAttempts) times while it was to be changed")
    }

    /// The egress with this identifier.
    public func info(of id: String) async throws(EgressStoreError) -> Livekit_EgressInfo? {
        guard let bytes = try await send(["HGET", "egress", RedisArgument(id)]).bytes else { return nil }
        return try .stored(bytes)
    }

    /// Every egress, or those of a room.
    public func list(room: String?) async throws(EgressStoreError) -> [Livekit_EgressInfo] {
        let replies: [RedisReply]
        if let room {
            let ids = try await send(["SMEMBERS", roomKey(room)]).array ?? []
            let names = ids.compactMap(\.bytes).map { RedisArgument($0) }
            if names.isEmpty { return [] }
            replies = try await send(["HMGET", "egress"] + names).array ?? []
        } else {
            replies = try await send(["HVALS", "egress"]).array ?? []
        }
        // One that cannot be read must not hide the others.
        return replies.compactMap { $0.bytes.flatMap { try? .stored($0) } }
    }

    /// Forgets what ended before a time, Unix nanoseconds.
    public func forget(endedBefore time: Int64) async throws(EgressStoreError) {
        let fields = try await send(["HGETALL", "ended_egress"]).array ?? []
        for index in stride(from: 0, to: fields.count - 1, by: 2) {
            guard let id = fields[index].text, let value = fields[index + 1].text,
                let bar = value.lastIndex(of: "|"), let ended = Int64(value[value.index(after: bar)...]), ended < time
            else { continue }
            let name = RedisArgument(id)
            do throws(BusError) {
                _ = try await redis.atomically([
                    ["SREM", roomKey(String(value[..<bar])), name], ["HDEL", "egress", name],
                    ["HDEL", "ended_egress", name],
                ])
            } catch { throw EgressStoreError(error.message) }
        }
    }

    /// Writes an egress if what is stored is still `expected`; nil: nothing.
    private func write(_ info: Livekit_EgressInfo, over expected: [UInt8]?) async throws(EgressStoreError) -> Bool {
        let reply = try await send([
            "EVAL", RedisArgument(script), 3, "egress", roomKey(info.roomName), "ended_egress",
            RedisArgument(info.egressID), RedisArgument(expected ?? []), RedisArgument(try info.storedBytes()),
            info.endedAt == 0 ? "" : RedisArgument("\(info.roomName)|\(info.endedAt)"),
        ])
        return reply.integer == 1
    }

    private func send(_ command: [RedisArgument]) async throws(EgressStoreError) -> RedisReply {
        do throws(BusError) { return try await redis.send(command) } catch { throw EgressStoreError(error.message) }
    }

    private func roomKey(_ room: String) -> RedisArgument { RedisArgument("egress:room:\(room)") }
}

/// Compares and sets, in one step; an egress is never stored as no bytes, so these stand for none.
private let script = """
    if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[3])
    redis.call('SADD', KEYS[2], ARGV[1])
    if ARGV[4] ~= '' then redis.call('HSET', KEYS[3], ARGV[1], ARGV[4]) end
    return 1
    """

/// How often a change is tried that others come before.
private let maximumAttempts = 5
