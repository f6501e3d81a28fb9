import Foundation
import LiveKitProtocol
import Logging
import MessageBus
import NIOCore
import NIOPosix
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
            defer { server.stop() }
            let bus = try await connect(server.port)
            try await body(RedisEgressStore(bus.commands))
            await bus.shutdown()
        }
    }

    /// A Redis that was just started takes a moment before it listens.
    private func connect(_ port: Int) async throws -> RedisBus {
        var failure: BusError?
        for _ in 0..<100 {
            do throws(BusError) {
                return try await RedisBus.connect(
                    RedisConfiguration(address: "127.0.0.1:\(port)", commandTimeout: .seconds(10)),
                    on: MultiThreadedEventLoopGroup.singleton,
                    logger: Logger(label: "test")
                )
            } catch { failure = error }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw failure ?? BusError("no attempt was made")
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

/// A Redis of the test's own, on a port that was free a moment ago.
private final class RedisProcess {
    let port: Int
    private let process = Process()

    init() async throws {
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
        try await channel.close()
        process.executableURL = URL(filePath: "/usr/bin/redis-server")
        process.arguments = ["--port", "\(port)", "--save", "", "--bind", "127.0.0.1"]
        process.standardOutput = FileHandle.nullDevice
        try process.run()
    }

    func stop() {
        process.terminate()
    }
}
