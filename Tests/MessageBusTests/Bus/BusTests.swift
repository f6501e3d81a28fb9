import Testing

@testable import MessageBus

@Suite("A bus", .timeLimit(.minutes(1)))
struct BusTests {
    @Test("what is published arrives at every subscriber of the channel, in order", arguments: BusKind.allCases)
    func order(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let (first, second) = (Inbox<UInt8>(), Inbox<UInt8>())
            _ = try await bus.near.subscribe("channel") { first.add($0[0]) }
            _ = try await bus.far.subscribe("channel") { second.add($0[0]) }
            for index in 0..<200 { try await bus.near.publish([UInt8(index)], to: "channel") }
            #expect(await first.wait(for: 200) == (0..<200).map { UInt8($0) })
            #expect(await second.wait(for: 200) == (0..<200).map { UInt8($0) })
        }
    }

    @Test("channels do not mix, and any bytes are carried", arguments: BusKind.allCases)
    func channels(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let (one, other) = (Inbox<[UInt8]>(), Inbox<[UInt8]>())
            _ = try await bus.far.subscribe("a|b|REQ") { one.add($0) }
            _ = try await bus.far.subscribe("a|c|REQ") { other.add($0) }
            let payloads: [[UInt8]] = [[], [0, 13, 10, 255], [UInt8](repeating: 7, count: 300_000)]
            for payload in payloads { try await bus.near.publish(payload, to: "a|b|REQ") }
            try await bus.near.publish([1], to: "a|c|REQ")
            #expect(await one.wait(for: 3) == payloads)
            #expect(await other.wait(for: 1) == [[1]])
        }
    }

    @Test("a cancelled subscription hears nothing, the others go on", arguments: BusKind.allCases)
    func cancelling(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let (gone, stays) = (Inbox<UInt8>(), Inbox<UInt8>())
            let subscription = try await bus.far.subscribe("channel") { gone.add($0[0]) }
            _ = try await bus.far.subscribe("channel") { stays.add($0[0]) }
            try await bus.near.publish([1], to: "channel")
            _ = await gone.wait(for: 1)
            await subscription.cancel()
            await subscription.cancel()
            try await bus.near.publish([2], to: "channel")
            #expect(await stays.wait(for: 2) == [1, 2])
            #expect(gone.elements == [1])
        }
    }

    @Test("a channel can be subscribed to again at once", arguments: BusKind.allCases)
    func again(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            for round in 0..<20 {
                let inbox = Inbox<UInt8>()
                let subscription = try await bus.far.subscribe("channel") { inbox.add($0[0]) }
                try await bus.near.publish([UInt8(round)], to: "channel")
                #expect(await inbox.wait(for: 1) == [UInt8(round)])
                await subscription.cancel()
            }
        }
    }

    @Test("exactly one of many gets the lock of a message", arguments: BusKind.allCases)
    func locks(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let winners = await withTaskGroup { group in
                for index in 0..<20 {
                    group.addTask { await (index % 2 == 0 ? bus.near : bus.far).lock(WireFixtures.request) }
                }
                return await group.reduce(0) { $0 + ($1 ? 1 : 0) }
            }
            #expect(winners == 1)
            #expect(await bus.far.lock(WireFixtures.response))
        }
    }
}
