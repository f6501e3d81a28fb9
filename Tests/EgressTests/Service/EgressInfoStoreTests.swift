import LiveKitProtocol
import Logging
import MessageBus
import NIOPosix
import TestKit
import Testing

@testable import Egress

@Suite("Stores of egresses")
struct EgressInfoStoreTests {
    enum Kind: String, CaseIterable {
        case memory, file, redis
    }

    /// Runs `body` with a fresh store; Redis is one of its own, on a free port.
    private func withStore(_ kind: Kind, _ body: (any EgressInfoStore) async throws -> Void) async throws {
        switch kind {
        case .memory: try await body(SQLiteEgressStore(path: nil))
        case .file:
            let folder = try TemporaryFolder()
            try await body(SQLiteEgressStore(path: folder.path + "/egress.db"))
        case .redis:
            let server = try await RedisProcess()
            let bus = try await RedisBus.connect(
                RedisConfiguration(address: server.address, commandTimeout: .seconds(10)),
                on: MultiThreadedEventLoopGroup.singleton,
                logger: Logger(label: "test")
            )
            try await body(RedisEgressStore(bus.commands))
            await bus.shutdown()
            server.kill()
        }
    }

    private func info(_ id: String, room: String = "standup", endedAt: Int64 = 0) -> Livekit_EgressInfo {
        var info = Livekit_EgressInfo()
        info.egressID = id
        info.roomName = room
        info.endedAt = endedAt
        return info
    }

    @Test("store an egress once, change it, list it by room and forget it after its end", arguments: Kind.allCases)
    func lifeOfAnEgress(kind: Kind) async throws {
        try await withStore(kind) { store in
            let odd = "a|b 7|\u{1F600}"
            #expect(try await store.create(info("EG_1")))
            #expect(try await !store.create(info("EG_1", room: "other")), "the first stays")
            #expect(try await store.create(info("EG_2", room: odd)))
            #expect(try await store.info(of: "EG_1")?.roomName == "standup")
            #expect(try await store.info(of: "EG_9") == nil)
            #expect(try await store.list(room: "standup").map(\.egressID) == ["EG_1"])
            #expect(try await store.list(room: odd).map(\.egressID) == ["EG_2"])
            #expect(try await store.list(room: "nowhere").isEmpty)
            #expect(try await Set(store.list(room: nil).map(\.egressID)) == ["EG_1", "EG_2"])

            let changed = try await store.update("EG_2") { stored in
                var stored = stored
                stored?.endedAt = 1000
                return stored
            }
            #expect(changed?.endedAt == 1000)
            #expect(try await store.update("EG_1") { _ in nil } == nil)
            try await store.update("EG_3") { stored in stored == nil ? info("EG_3", endedAt: 5000) : nil }

            try await store.forget(endedBefore: 1000)
            #expect(try await store.list(room: nil).count == 3)
            try await store.forget(endedBefore: 1001)
            #expect(try await Set(store.list(room: nil).map(\.egressID)) == ["EG_1", "EG_3"])
            #expect(try await store.list(room: odd).isEmpty)
        }
    }

    @Test("a file is read again by the next process")
    func reopened() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path + "/egress.db"
        #expect(try await SQLiteEgressStore(path: path).create(info("EG_1")))
        #expect(try await SQLiteEgressStore(path: path).info(of: "EG_1") != nil)
    }

    @Test("a place that cannot be is refused with its name")
    func noPlace() {
        let error = #expect(throws: EgressStoreError.self) { try SQLiteEgressStore(path: "/nowhere/at/all.db") }
        #expect(error?.description.contains("/nowhere/at/all.db cannot be opened") == true)
    }
}
