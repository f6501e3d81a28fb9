import MediaWire
import NIOCore
import Testing

@testable import MessageBus

@Suite("The parts of the bus over Redis")
struct RedisPartsTests {
    private func read(_ text: String, inChunksOf size: Int) throws -> [RedisReply] {
        var reader = RedisReader()
        var replies: [RedisReply] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            try bytes[start..<min(start + size, bytes.count)].withUnsafeBytes { try reader.feed($0) }
            while let reply = try reader.next() { replies.append(reply) }
        }
        return replies
    }

    @Test("replies of every kind are read, however they are cut", arguments: [1, 2, 7, 1000])
    func replies(size: Int) throws {
        let text =
            "+OK\r\n:-12\r\n$5\r\nh\r\nyo\r\n$0\r\n\r\n$-1\r\n*-1\r\n*0\r\n-ERR no\r\n*3\r\n$1\r\na\r\n*1\r\n:1\r\n-E\r\n"
        #expect(
            try read(text, inChunksOf: size) == [
                .status("OK"), .integer(-12), .bytes(Array("h\r\nyo".utf8)), .bytes([]), .null, .null, .array([]),
                .error("ERR no"), .array([.bytes([97]), .array([.integer(1)]), .error("E")]),
            ]
        )
    }

    @Test(
        "what is no reply, or an array beyond all bounds, is an error",
        arguments: ["?x\r\n", "*2000000000\r\n", "$x\r\n"]
    )
    func malformed(text: String) {
        #expect(throws: BusError.self) { try read(text, inChunksOf: 1000) }
    }

    @Test("commands are written with their lengths, whatever the bytes")
    func commands() {
        var buffer = ByteBuffer()
        RedisCommand.write(["SET", RedisArgument([0, 13, 10]), "", RedisArgument(-7)], into: &buffer)
        #expect(String(buffer: buffer) == "*4\r\n$3\r\nSET\r\n$3\r\n\0\r\n\r\n$0\r\n\r\n$2\r\n-7\r\n")
        #expect(RedisCommand.fault(["GET", "a"]) == nil)
        let large = RedisArgument([UInt8](repeating: 0, count: RedisCommand.maximumBytes + 1))
        #expect(RedisCommand.fault([large]) != nil)
    }

    @Test(
        "addresses are read",
        arguments: [
            ("localhost:6379", "localhost", 6379), ("redis", "redis", 6379), ("10.0.0.1:7000", "10.0.0.1", 7000),
            ("[::1]:6380", "::1", 6380), ("[::1]", "::1", 6379),
        ]
    )
    func addresses(text: String, host: String, port: Int) throws {
        #expect(try RedisAddress(text) == RedisAddress(host: host, port: port))
    }

    @Test(
        "what is no address is refused by its text",
        arguments: ["", ":1", "a:0", "a:70000", "redis://a:1", "::1", "[::1"]
    )
    func wrongAddresses(text: String) {
        #expect(throws: BusError("\"\(text)\" is no address of Redis: host:port is expected, such as localhost:6379")) {
            try RedisAddress(text)
        }
    }

    @Test("a configuration shows no secrets")
    func secrets() {
        let sentinel = RedisConfiguration.Sentinel(masterName: "m", addresses: ["s:1"], password: "hidden2")
        let configuration = RedisConfiguration(password: "hidden1", sentinel: sentinel)
        for text in ["\(configuration)", String(reflecting: configuration)] { #expect(!text.contains("hidden")) }
    }

    @Test("reconnecting waits 100 ms, then twice as long each time, a second at most")
    func backoff() {
        var backoff = Backoff()
        let waits = (0..<6).map { _ in backoff.next() }
        #expect(waits == [100, 200, 400, 800, 1000, 1000].map { .milliseconds($0) })
        backoff.reset()
        #expect(backoff.next() == .milliseconds(100))
    }

    @Test("a queue lock holds for five seconds, for one taker")
    func queueLocks() {
        var table = QueueLockTable()
        let start = Instant(nanoseconds: 0)
        #expect(table.take("a", now: start) == true)
        #expect(table.take("a", now: start + .seconds(4.9)) == false)
        #expect(table.take("b", now: start + .seconds(4.9)) == true)
        #expect(table.take("a", now: start + .seconds(5)) == true)
        #expect(table.take("c", now: start + .seconds(60)) == true)
        #expect(table.count == 1)
    }
}
