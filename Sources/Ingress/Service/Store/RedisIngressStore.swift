public import LiveKitProtocol
public import MessageBus
import SwiftProtobuf

/// The ingresses in Redis, under the keys that LiveKit's server uses, so that either can read what the other has written.
///
/// `ingress` has every ingress by its identifier, without its state, which `{ingress}_state:<id>` has; `{ingress}_stream_key`
/// has the identifiers by stream key and `room_{ingress}:<room>` those of a room. LiveKit writes them by WATCH and MULTI and
/// tries again when somebody has come before; here a script compares and writes in one step, and it is tried again as often.
/// A script conflicts with changes of the same ingress only, while everybody who creates one changes `ingress`.
public final class RedisIngressStore: IngressStore {
    private let redis: RedisCommands

    /// A store behind a connection.
    public init(_ redis: RedisCommands) {
        self.redis = redis
    }

    /// Stores a new ingress; false if its identifier is taken.
    public func create(_ info: Livekit_IngressInfo) async throws(IngressStoreError) -> Bool {
        try await write(info, over: Stored())
    }

    /// Replaces what is stored by what `change` makes of it.
    @discardableResult
    public func update(
        _ id: String,
        _ change: @Sendable (Livekit_IngressInfo) -> Livekit_IngressInfo?
    ) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        for _ in 0..<maximumAttempts {
            let stored = try await read(id)
            guard let info = try stored.info(), let changed = change(info) else { return nil }
            if try await write(changed, over: stored) { return changed }
        }
        throw changedMeanwhile(id)
    }

    /// Forgets an ingress.
    public func delete(_ id: String) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        for _ in 0..<maximumAttempts {
            let stored = try await read(id)
            guard let info = try stored.info() else { return nil }
            let reply = try await send([
                "EVAL", RedisArgument(deleteScript), 4, "ingress", stateKey(id), roomKey(info.roomName), streamKeys,
                RedisArgument(id), RedisArgument(stored.settings), RedisArgument(stored.state),
                RedisArgument(info.streamKey),
            ])
            if reply.integer == 1 { return info }
        }
        throw changedMeanwhile(id)
    }

    /// The ingress with this identifier.
    public func info(of id: String) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        try await read(id).info()
    }

    /// The ingress that this stream key publishes to.
    public func info(streamKey: String) async throws(IngressStoreError) -> Livekit_IngressInfo? {
        guard let id = try await send(["HGET", streamKeys, RedisArgument(streamKey)]).text,
            let info = try await info(of: id), info.streamKey == streamKey
        else { return nil }
        return info
    }

    /// Every ingress, or those of a room.
    public func list(room: String?) async throws(IngressStoreError) -> [Livekit_IngressInfo] {
        let replies: [RedisReply]
        if let room {
            let ids = try await send(["SMEMBERS", roomKey(room)]).array ?? []
            let names = ids.compactMap(\.bytes).map { RedisArgument($0) }
            if names.isEmpty { return [] }
            replies = try await send(["HMGET", "ingress"] + names).array ?? []
        } else {
            replies = try await send(["HVALS", "ingress"]).array ?? []
        }
        // One that cannot be read must not hide the others.
        var infos = replies.compactMap { reply in reply.bytes.flatMap { try? Livekit_IngressInfo.stored($0) } }
        if infos.isEmpty { return [] }
        let states = try await send(["MGET"] + infos.map { stateKey($0.ingressID) }).array ?? []
        for (index, state) in zip(infos.indices, states) {
            infos[index].state = (try? Livekit_IngressState(serializedBytes: state.bytes ?? [])) ?? .init()
        }
        return infos
    }

    // MARK: - In two places

    /// An ingress as Redis has it; nothing of it stands for none.
    private struct Stored {
        var settings: [UInt8] = []
        var state: [UInt8] = []

        func info() throws(IngressStoreError) -> Livekit_IngressInfo? {
            // An ingress has an identifier, so it is never stored as no bytes.
            if settings.isEmpty { return nil }
            var info = try Livekit_IngressInfo.stored(settings)
            do { info.state = try Livekit_IngressState(serializedBytes: state) } catch {
                throw IngressStoreError("the state of ingress \(info.ingressID) cannot be read")
            }
            return info
        }
    }

    private func read(_ id: String) async throws(IngressStoreError) -> Stored {
        let replies: [RedisReply]
        do throws(BusError) {
            replies = try await redis.send(pipeline: [["HGET", "ingress", RedisArgument(id)], ["GET", stateKey(id)]])
        } catch { throw IngressStoreError(error.message) }
        for case .error(let text) in replies { throw IngressStoreError(text) }
        return Stored(settings: replies.first?.bytes ?? [], state: replies.last?.bytes ?? [])
    }

    /// Writes an ingress if what is stored is still `expected`.
    private func write(_ info: Livekit_IngressInfo, over expected: Stored) async throws(IngressStoreError) -> Bool {
        var settings = info
        settings.clearState()
        let state: [UInt8]
        do { state = try info.state.serializedBytes() } catch {
            throw IngressStoreError("the state of ingress \(info.ingressID) cannot be written")
        }
        let oldRoom = try expected.info()?.roomName ?? info.roomName
        let reply = try await send([
            "EVAL", RedisArgument(writeScript), 5, "ingress", stateKey(info.ingressID), roomKey(oldRoom),
            roomKey(info.roomName), streamKeys,
            RedisArgument(info.ingressID), RedisArgument(expected.settings), RedisArgument(expected.state),
            RedisArgument(try settings.storedBytes()), RedisArgument(state), RedisArgument(info.roomName),
            RedisArgument(info.streamKey),
        ])
        return reply.integer == 1
    }

    private func changedMeanwhile(_ id: String) -> IngressStoreError {
        IngressStoreError("ingress \(id) changed \(maximumAttempts) times while it was to be changed")
    }

    private func send(_ command: [RedisArgument]) async throws(IngressStoreError) -> RedisReply {
        do throws(BusError) { return try await redis.send(command) } catch { throw IngressStoreError(error.message) }
    }

    private func stateKey(_ id: String) -> RedisArgument { RedisArgument("{ingress}_state:\(id)") }
    private func roomKey(_ room: String) -> RedisArgument { RedisArgument("room_{ingress}:\(room)") }
}

/// The identifiers by stream key.
private let streamKeys: RedisArgument = "{ingress}_stream_key"

/// Compares both parts of an ingress and sets them and what leads to them.
///
/// Keys: settings, state, the room it was in, the room it is in, stream keys. Arguments: identifier, expected settings and
/// state, new settings and state, room, stream key.
private let writeScript = """
    if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
    if ARGV[2] ~= '' and (redis.call('GET', KEYS[2]) or '') ~= ARGV[3] then return 0 end
    redis.call('HSET', KEYS[1], ARGV[1], ARGV[4])
    redis.call('SET', KEYS[2], ARGV[5])
    if KEYS[3] ~= KEYS[4] then redis.call('SREM', KEYS[3], ARGV[1]) end
    if ARGV[6] ~= '' then redis.call('SADD', KEYS[4], ARGV[1]) end
    if ARGV[7] ~= '' then redis.call('HSET', KEYS[5], ARGV[7], ARGV[1]) end
    return 1
    """

/// Compares both parts of an ingress and forgets them and what leads to them.
///
/// Keys: settings, state, room, stream keys. Arguments: identifier, expected settings and state, stream key.
private let deleteScript = """
    if (redis.call('HGET', KEYS[1], ARGV[1]) or '') ~= ARGV[2] then return 0 end
    if (redis.call('GET', KEYS[2]) or '') ~= ARGV[3] then return 0 end
    redis.call('HDEL', KEYS[1], ARGV[1])
    redis.call('DEL', KEYS[2])
    redis.call('SREM', KEYS[3], ARGV[1])
    redis.call('HDEL', KEYS[4], ARGV[4])
    return 1
    """

/// How often a change is tried that others come before.
private let maximumAttempts = 5
