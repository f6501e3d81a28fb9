import Foundation
import LiveKitProtocol
import Logging
import MessageBus
import NIOPosix
import SwiftProtobuf
import TestKit
import Testing

@testable import Ingress

@Suite("Stores of ingresses")
struct IngressStoreTests {
    enum Kind: String, CaseIterable {
        case memory, file, redis
    }

    /// Runs `body` with a fresh store; Redis is one of its own, on a free port.
    private func withStore(_ kind: Kind, _ body: (any IngressStore) async throws -> Void) async throws {
        switch kind {
        case .memory: try await body(SQLiteIngressStore(path: nil))
        case .file: try await withFile { try await body(SQLiteIngressStore(path: $0)) }
        case .redis: try await withRedis { try await body(RedisIngressStore($0)) }
        }
    }

    private func withFile(_ body: (String) async throws -> Void) async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "ingress-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try await body(folder.appending(path: "ingress.sqlite").path())
    }

    private func withRedis(_ body: (RedisCommands) async throws -> Void) async throws {
        let server = try await RedisProcess()
        let bus = try await RedisBus.connect(
            RedisConfiguration(address: server.address, commandTimeout: .seconds(10)),
            on: MultiThreadedEventLoopGroup.singleton,
            logger: Logger(label: "test")
        )
        try await body(bus.commands)
        await bus.shutdown()
        server.kill()
    }

    private func info(_ id: String, key: String = "", room: String = "standup") -> Livekit_IngressInfo {
        var info = Livekit_IngressInfo()
        info.ingressID = id
        info.streamKey = key
        info.roomName = room
        info.state = .init()
        return info
    }

    @Test("store an ingress once, find it by identifier, stream key and room, and forget it", arguments: Kind.allCases)
    func lifeOfAnIngress(kind: Kind) async throws {
        try await withStore(kind) { (store) async throws in
            let odd = "a|b 7|\u{1F600}"
            #expect(try await store.create(info("IN_1", key: "key1")))
            #expect(try await !store.create(info("IN_1", key: "key9", room: "other")), "the first stays")
            #expect(try await store.create(info("IN_2", key: "key2", room: odd)))
            #expect(try await store.create(info("IN_3", room: "")))
            #expect(try await store.create(info("IN_4", room: "")), "any number of URLs, which have no key")
            #expect(try await store.info(of: "IN_1") == info("IN_1", key: "key1"))
            #expect(try await store.info(of: "IN_9") == nil)
            #expect(try await store.info(streamKey: "key2")?.ingressID == "IN_2")
            #expect(try await store.info(streamKey: "key9") == nil)
            #expect(try await store.list(room: "standup") == [info("IN_1", key: "key1")])
            #expect(try await store.list(room: odd).map(\.ingressID) == ["IN_2"])
            #expect(try await store.list(room: "nowhere").isEmpty)
            #expect(try await Set(store.list(room: nil).map(\.ingressID)) == ["IN_1", "IN_2", "IN_3", "IN_4"])

            #expect(try await store.delete("IN_2") == info("IN_2", key: "key2", room: odd))
            #expect(try await store.delete("IN_2") == nil)
            #expect(try await store.info(of: "IN_2") == nil)
            #expect(try await store.info(streamKey: "key2") == nil)
            #expect(try await store.list(room: odd).isEmpty)
            #expect(try await store.list(room: nil).count == 3)
        }
    }

    @Test("change settings and state, from room to room", arguments: Kind.allCases)
    func changes(kind: Kind) async throws {
        try await withStore(kind) { (store) async throws in
            #expect(try await store.create(info("IN_1", key: "key1", room: "")))
            let written = try await store.update("IN_1") { stored in
                var stored = stored
                stored.roomName = "standup"
                stored.state.status = .endpointPublishing
                stored.state.startedAt = 7
                return stored
            }
            let changed = try #require(written)
            #expect(changed.roomName == "standup" && changed.state.startedAt == 7)
            #expect(try await store.info(of: "IN_1") == changed)
            #expect(try await store.info(streamKey: "key1") == changed)
            #expect(try await store.list(room: "standup") == [changed])
            #expect(try await store.list(room: nil) == [changed])
            #expect(try await store.update("IN_1") { _ in nil } == nil)
            #expect(try await store.info(of: "IN_1") == changed)
            #expect(try await store.update("IN_9") { $0 } == nil)
            #expect(try await store.info(of: "IN_9") == nil)

            _ = try await store.update("IN_1") { stored in
                var stored = stored
                stored.roomName = "retro"
                return stored
            }
            #expect(try await store.list(room: "standup").isEmpty)
            #expect(try await store.list(room: "retro").map(\.state.startedAt) == [7])
        }
    }

    @Test("changes at the same time are all there in the end", arguments: Kind.allCases)
    func concurrent(kind: Kind) async throws {
        try await withStore(kind) { (store) async throws in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in 0..<30 {
                    group.addTask { [self] in
                        let isNew = try await store.create(info("IN_\(number)", key: "key\(number)"))
                        #expect(isNew)
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.list(room: "standup").count == 30)
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<4 {
                    group.addTask {
                        _ = try await store.update("IN_1") { stored in
                            var stored = stored
                            stored.state.updatedAt += 1
                            return stored
                        }
                    }
                }
                try await group.waitForAll()
            }
            #expect(try await store.info(of: "IN_1")?.state.updatedAt == 4)
        }
    }

    @Test("a file is read again by the next process")
    func reopened() async throws {
        try await withFile { (path) async throws in
            let isNew = try await SQLiteIngressStore(path: path).create(info("IN_1", key: "key1"))
            let found = try await SQLiteIngressStore(path: path).info(streamKey: "key1")
            #expect(isNew && found?.ingressID == "IN_1")
        }
    }

    @Test("a place that cannot be is refused with its name")
    func noPlace() {
        let error = #expect(throws: IngressStoreError.self) { try SQLiteIngressStore(path: "/nowhere/at/all.db") }
        #expect(error?.description.contains("/nowhere/at/all.db cannot be opened") == true)
    }

    @Test("what is in Redis is where LiveKit's server looks for it, and what that has written is read")
    func keys() async throws {
        try await withRedis { (redis) async throws in
            let store = RedisIngressStore(redis)
            var one = info("IN_1", key: "key1")
            one.state.status = .endpointBuffering
            one.state.startedAt = 7
            #expect(try await store.create(one))
            var settings = one
            settings.clearState()
            let bytes: (settings: [UInt8], state: [UInt8]) = (
                try settings.serializedBytes(), try one.state.serializedBytes()
            )
            #expect(try await redis.send(["HGET", "ingress", "IN_1"]).bytes == bytes.settings)
            #expect(try await redis.send(["GET", "{ingress}_state:IN_1"]).bytes == bytes.state)
            #expect(try await redis.send(["HGET", "{ingress}_stream_key", "key1"]).text == "IN_1")
            let members = try await redis.send(["SMEMBERS", "room_{ingress}:standup"]).array ?? []
            #expect(members.compactMap(\.text) == ["IN_1"])

            var unused = info("IN_2", key: "key2", room: "")
            unused.clearState()
            let other: [UInt8] = try unused.serializedBytes()
            _ = try await redis.send(["HSET", "ingress", "IN_2", RedisArgument(other)])
            _ = try await redis.send(["HSET", "{ingress}_stream_key", "key2", "IN_2"])
            #expect(try await store.info(streamKey: "key2")?.state == .init(), "there may be no state")
            _ = try await store.update("IN_2") { stored in
                var stored = stored
                stored.state.status = .endpointPublishing
                return stored
            }
            #expect(try await store.info(of: "IN_2")?.state.status == .endpointPublishing)

            _ = try await redis.send(["HSET", "ingress", "IN_3", "\u{1}\u{2}"])
            #expect(try await store.list(room: nil).count == 2, "one that cannot be read does not hide the others")
            await #expect(throws: IngressStoreError.self) { try await store.info(of: "IN_3") }

            _ = try await store.delete("IN_1")
            _ = try await store.delete("IN_2")
            _ = try await redis.send(["HDEL", "ingress", "IN_3"])
            let left = try await redis.send(["KEYS", "*"]).array ?? [.null]
            #expect(left.isEmpty, "nothing is left behind")
        }
    }
}
