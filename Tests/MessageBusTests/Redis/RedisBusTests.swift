import LiveKitProtocol
import Logging
import NIOCore
import NIOPosix
import SwiftProtobuf
import TestKit
import Testing

@testable import MessageBus

@Suite("The bus over a Redis that comes and goes", .timeLimit(.minutes(1)))
struct RedisBusTests {
    @Test("without Redis, connecting fails and says where it was looked for")
    func absent() async throws {
        let port = try LoopbackPort.free()
        let error = await #expect(throws: BusError.self) {
            try await RedisBus.connect(
                RedisConfiguration(address: "127.0.0.1:\(port)"),
                on: .singletonMultiThreadedEventLoopGroup,
                logger: .quiet
            )
        }
        #expect(error?.message.contains("cannot connect to Redis at 127.0.0.1:\(port)") == true)
    }

    @Test("after Redis was killed and came back, subscriptions stand and what was published meanwhile arrives in order")
    func restart() async throws {
        let redis = try await RedisProcess()
        let near = try await RedisBus.connect(to: redis)
        let far = try await RedisBus.connect(to: redis)
        let inbox = Inbox<UInt8>()
        _ = try await far.subscribe("channel") { inbox.add($0[0]) }
        try await near.publish([0], to: "channel")
        _ = await inbox.wait(for: 1)
        redis.kill()
        // Far publishes: it holds back what it has until its own subscriptions are back.
        async let published: Void = {
            for index in 1...20 { try await far.publish([UInt8(index)], to: "channel") }
        }()
        while far.isHealthy { await Task.yield() }
        try await redis.start()
        try await published
        #expect(await inbox.wait(for: 21) == (0...20).map { UInt8($0) })
        while !near.isHealthy || !far.isHealthy { try await Task.sleep(for: .milliseconds(10)) }
        try await near.publish([99], to: "channel")
        #expect(await inbox.wait(for: 22).last == 99)
        await near.shutdown()
        await far.shutdown()
    }

    @Test("a call that begins while Redis is away is made when it is back")
    func callAcrossRestart() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis)
        let server = RPCServer(bus: bus, service: IOInfo.service, logger: .quiet)
        _ = try await server.register(IOInfo.updateEgress) { _ in Google_Protobuf_Empty() }
        let client = RPCClient(bus: bus, service: IOInfo.service, logger: .quiet)
        try await client.start()
        redis.kill()
        while bus.isHealthy { await Task.yield() }
        async let answer = client.call(
            IOInfo.updateEgress,
            Livekit_EgressInfo(),
            options: .init(timeout: .seconds(30), selection: .patient)
        )
        try await redis.start()
        _ = try await answer
        await bus.shutdown()
    }

    @Test("while Redis stays away, commands, publications and subscriptions fail in their time and say why")
    func outage() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis) {
            ($0.commandTimeout, $0.patience) = (.milliseconds(300), .milliseconds(300))
        }
        redis.kill()
        while bus.isHealthy { await Task.yield() }
        let expected = BusError("Redis at \(redis.address) is not reachable")
        await #expect(throws: expected) { try await bus.publish([1], to: "channel") }
        await #expect(throws: expected) { try await bus.commands.send(["GET", "a"]) }
        await #expect(throws: expected) { _ = try await bus.subscribe("channel") { _ in } }
        #expect(await bus.lock([1]) == false)
        await bus.shutdown()
    }

    @Test("a publication that nobody waits for any more is not made")
    func cancelledPublication() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis)
        let inbox = Inbox<UInt8>()
        _ = try await bus.subscribe("channel") { inbox.add($0[0]) }
        redis.kill()
        while bus.isHealthy { await Task.yield() }
        let gone = Task { try await bus.publish([1], to: "channel") }
        gone.cancel()
        await #expect(throws: BusError.self) { try await gone.value }
        try await redis.start()
        try await bus.publish([2], to: "channel")
        #expect(await inbox.wait(for: 1) == [2])
        await bus.shutdown()
    }

    @Test("a bus that was shut down takes nothing any more")
    func shutdown() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis)
        #expect(bus.isHealthy)
        await bus.shutdown()
        #expect(!bus.isHealthy)
        await #expect(throws: BusError.self) { try await bus.publish([1], to: "channel") }
        await #expect(throws: BusError.self) { _ = try await bus.subscribe("channel") { _ in } }
        await #expect(throws: BusError.self) { try await bus.commands.send(["PING"]) }
        await bus.shutdown()
    }

    @Test("a queue call leaves the lock that other services look for")
    func lockInRedis() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis)
        #expect(await bus.lock(WireFixtures.request))
        let key = RedisArgument(WireFixtures.requestLock)
        #expect(try await bus.commands.send(["EXISTS", key]) == .integer(1))
        let left = try await bus.commands.send(["PTTL", key]).integer
        #expect((1...5000).contains(try #require(left)))
        #expect(try await bus.commands.send(["SET", key, "1", "EX", "5", "NX"]) == .null)
        await bus.shutdown()
    }

    @Test("commands answer what Redis has, and are refused with its words")
    func commands() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis) { $0.db = 3 }
        let commands = bus.commands
        #expect(try await commands.send(["HSET", "h", "a", RedisArgument([0, 255])]) == .integer(1))
        #expect(try await commands.send(["HGET", "h", "a"]).bytes == [0, 255])
        #expect(try await commands.send(["HGET", "h", "b"]) == .null)
        #expect(try await commands.send(["HGETALL", "h"]).array?.count == 2)
        let error = await #expect(throws: BusError.self) { try await commands.send(["GET", "h"]) }
        #expect(error?.message.contains("WRONGTYPE") == true)
        let replies = try await commands.send(pipeline: [["SET", "n", "1"], ["GET", "h"], ["INCR", "n"]])
        #expect(replies.count == 3)
        #expect(replies[2] == .integer(2))
        #expect(try await commands.send(["CLIENT", "INFO"]).text?.contains(" db=3 ") == true)
        await bus.shutdown()
    }

    @Test("a transaction is all or nothing, and is done anew when its keys change")
    func transactions() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis)
        let commands = bus.commands
        #expect(try await commands.atomically([["SET", "n", "0"], ["INCR", "n"]]) == [.status("OK"), .integer(1)])
        await #expect(throws: BusError.self) { try await commands.atomically([["SET", "n", "9"], ["NOSUCH"]]) }
        #expect(try await commands.send(["GET", "n"]).text == "1")
        var attempts = 0
        _ = try await commands.transaction(watching: ["n"]) { read throws(BusError) in
            let value = try await read(["GET", "n"]).text ?? ""
            attempts += 1
            if attempts < 3 { _ = try await commands.send(["INCR", "n"]) }
            return [["SET", "n", RedisArgument(value + "0")]]
        }
        #expect(attempts == 3)
        #expect(try await commands.send(["GET", "n"]).text == "30")
        await #expect(throws: BusError.self) {
            try await commands.transaction(watching: ["n"]) { _ throws(BusError) in
                _ = try await commands.send(["INCR", "n"])
                return [["SET", "n", "0"]]
            }
        }
        await bus.shutdown()
    }

    @Test("a Redis that hangs is found out, and what was published meanwhile arrives when it goes on")
    func hanging() async throws {
        let redis = try await RedisProcess()
        let bus = try await RedisBus.connect(to: redis) { $0.commandTimeout = .milliseconds(300) }
        let inbox = Inbox<UInt8>()
        _ = try await bus.subscribe("channel") { inbox.add($0[0]) }
        redis.suspend()
        async let published: Void = bus.publish([7], to: "channel")
        while bus.isHealthy { try await Task.sleep(for: .milliseconds(10)) }
        redis.resume()
        try await published
        #expect(await inbox.wait(for: 1).first == 7)
        await bus.shutdown()
    }

    @Test("a connection of subscriptions answers pings between its messages")
    func pings() async throws {
        let redis = try await RedisProcess()
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let connection = try await RedisConnector(RedisConfiguration(address: redis.address), loop: loop).open()
        let inbox = Inbox<[UInt8]>()
        try await loop.submit { connection.onMessage = { inbox.add(Array($0.utf8) + $1) } }.get()
        let timeout = Duration.seconds(5)
        #expect(try await connection.send(["SUBSCRIBE", "a"], timeout: timeout).array?.count == 3)
        #expect(try await connection.send(["PING"], timeout: timeout).array?.first?.text == "pong")
        let bus = try await RedisBus.connect(to: redis)
        try await bus.publish([1], to: "a")
        #expect(await inbox.wait(for: 1) == [[97, 1]])
        #expect(try await connection.send(["PING"], timeout: timeout).array?.first?.text == "pong")
        #expect(try await connection.send(["UNSUBSCRIBE", "a"], timeout: timeout).array?.count == 3)
        #expect(try await connection.send(["PING"], timeout: timeout) == .status("PONG"))
        connection.close()
        await bus.shutdown()
    }
}
