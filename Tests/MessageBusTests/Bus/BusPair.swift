import Logging
import NIOPosix
import TestKit
import Testing

@testable import MessageBus

/// The busses that every test of the RPC runs over.
enum BusKind: String, CaseIterable, CustomTestStringConvertible {
    case inProcess = "the bus inside one process"
    case redis = "the bus over Redis"

    var testDescription: String { rawValue }
}

/// Two ends of one bus: over Redis two connections to it, as two processes have.
struct BusPair {
    let near: any Bus
    let far: any Bus

    /// Runs a test over a fresh bus.
    static func with(_ kind: BusKind, _ body: (BusPair) async throws -> Void) async throws {
        switch kind {
        case .inProcess:
            let bus = InProcessBus()
            try await body(BusPair(near: bus, far: bus))
        case .redis:
            let redis = try await RedisProcess()
            let near = try await RedisBus.connect(to: redis)
            let far = try await RedisBus.connect(to: redis)
            do { try await body(BusPair(near: near, far: far)) } catch {
                await near.shutdown()
                await far.shutdown()
                throw error
            }
            await near.shutdown()
            await far.shutdown()
            redis.kill()
        }
    }
}

extension RedisBus {
    static func connect(
        to redis: RedisProcess,
        _ change: (inout RedisConfiguration) -> Void = { _ in }
    ) async throws -> RedisBus {
        var configuration = RedisConfiguration(address: redis.address)
        change(&configuration)
        return try await connect(configuration, on: MultiThreadedEventLoopGroup.singleton, logger: .quiet)
    }
}

extension Logger {
    static let quiet = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
}
