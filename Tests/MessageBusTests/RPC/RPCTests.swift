import FoundationEssentials
import LiveKitProtocol
import Logging
import SwiftProtobuf
import Synchronization
import Testing

@testable import MessageBus

@Suite("Calls over a bus", .timeLimit(.minutes(1)))
struct RPCTests {
    /// For machines under load, where a second may pass before an offer comes.
    private let patient = CallOptions(timeout: .seconds(30), selection: .patient)

    private func start(_ id: String) -> Rpc_StartEgressRequest { .with { $0.egressID = id } }
    private func stop(_ id: String) -> Livekit_StopEgressRequest { .with { $0.egressID = id } }

    private func client(_ bus: BusPair, _ service: String) async throws -> RPCClient {
        let client = RPCClient(bus: bus.near, service: service, logger: .quiet)
        try await client.start()
        return client
    }

    /// A worker that takes egresses with an affinity, and says in the room's name who it is.
    private func worker(_ bus: any Bus, _ name: String, affinity: Float) async throws -> RPCRegistration {
        let server = RPCServer(bus: bus, service: EgressInternal.service, logger: .quiet)
        return try await server.register(EgressInternal.startEgress, affinity: { _ in affinity }) { request in
            .with { ($0.egressID, $0.roomName) = (request.egressID, name) }
        }
    }

    @Test("the server with the best offer runs the call, the silent one never", arguments: BusKind.allCases)
    func affinity(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            _ = try await worker(bus.far, "good", affinity: 0.9)
            _ = try await worker(bus.far, "poor", affinity: 0.2)
            _ = try await worker(bus.near, "unwilling", affinity: -1)
            let client = try await client(bus, EgressInternal.service)
            let selection = Selection(affinityTimeout: .seconds(20), maximumAffinity: 0.9)
            let options = CallOptions(timeout: .seconds(30), selection: selection)
            let info = try await client.call(EgressInternal.startEgress, start("EG_1"), options: options)
            #expect(info.egressID == "EG_1")
            #expect(info.roomName == "good")
        }
    }

    @Test("nobody there is told long before the timeout", arguments: BusKind.allCases)
    func noResponse(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let client = try await client(bus, EgressInternal.service)
            func options(_ milliseconds: Int) -> CallOptions {
                .init(timeout: .seconds(50), selection: Selection(affinityTimeout: .milliseconds(milliseconds)))
            }
            await #expect(throws: RPCError.noResponse) {
                try await client.call(EgressInternal.startEgress, start("EG_1"), options: options(100))
            }
            _ = try await worker(bus.far, "full", affinity: 0)
            await #expect(throws: RPCError(.unavailable, "no servers available (received 1 responses)")) {
                try await client.call(EgressInternal.startEgress, start("EG_2"), options: options(2000))
            }
        }
    }

    @Test("a handler's error arrives with its code and text", arguments: BusKind.allCases)
    func errors(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let server = RPCServer(bus: bus.far, service: EgressHandler.service, logger: .quiet)
            _ = try await server.register(EgressHandler.stopEgress, topic: "EG_1") { request throws(RPCError) in
                throw RPCError(.failedPrecondition, "egress with status ENDED cannot be stopped")
            }
            let client = try await client(bus, EgressHandler.service)
            await #expect(throws: RPCError(.failedPrecondition, "egress with status ENDED cannot be stopped")) {
                try await client.call(EgressHandler.stopEgress, topic: "EG_1", stop("EG_1"), options: patient)
            }
        }
    }

    @Test("topics are apart", arguments: BusKind.allCases)
    func topics(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let server = RPCServer(bus: bus.far, service: EgressHandler.service, logger: .quiet)
            for topic in ["EG_1", "EG_2"] {
                _ = try await server.register(EgressHandler.stopEgress, topic: topic) { _ in
                    .with { $0.roomName = topic }
                }
            }
            let client = try await client(bus, EgressHandler.service)
            for topic in ["EG_2", "EG_1"] {
                let info = try await client.call(EgressHandler.stopEgress, topic: topic, stop(topic), options: patient)
                #expect(info.roomName == topic)
            }
        }
    }

    @Test("a queue call is run once, however many serve it", arguments: BusKind.allCases)
    func queue(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let runs = Inbox<String>()
            for end in [bus.near, bus.far, bus.far] {
                let server = RPCServer(bus: end, service: IOInfo.service, logger: .quiet)
                _ = try await server.register(IOInfo.createEgress) { info in
                    runs.add(info.egressID)
                    return Google_Protobuf_Empty()
                }
            }
            let client = try await client(bus, IOInfo.service)
            for index in 0..<10 {
                let info = Livekit_EgressInfo.with { $0.egressID = "EG_\(index)" }
                _ = try await client.call(IOInfo.createEgress, info, options: patient)
            }
            #expect(runs.elements == (0..<10).map { "EG_\($0)" })
        }
    }

    @Test("thirty calls at once over two servers are each run once and answered", arguments: BusKind.allCases)
    func many(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let runs = Inbox<String>()
            for end in [bus.near, bus.far] {
                let server = RPCServer(bus: end, service: EgressInternal.service, logger: .quiet)
                _ = try await server.register(EgressInternal.startEgress, affinity: { _ in 1 }) { request in
                    runs.add(request.egressID)
                    return .with { $0.egressID = request.egressID }
                }
            }
            let client = try await client(bus, EgressInternal.service)
            let ids = (0..<30).map { "EG_\($0)" }
            let answers = try await withThrowingTaskGroup { group in
                for id in ids {
                    group.addTask {
                        try await client.call(EgressInternal.startEgress, start(id), options: .startEgress).egressID
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers) == Set(ids))
            #expect(runs.elements.sorted() == ids.sorted())
        }
    }

    @Test("a multi call has the answers of all servers, without those that failed", arguments: BusKind.allCases)
    func multi(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            for (end, ids) in [(bus.near, ["EG_1"]), (bus.far, ["EG_2", "EG_3"]), (bus.far, [])] {
                let server = RPCServer(bus: end, service: EgressInternal.service, logger: .quiet)
                _ = try await server.register(EgressInternal.listActiveEgress) { request throws(RPCError) in
                    guard !ids.isEmpty else { throw RPCError(.internal, "broken") }
                    return .with { $0.egressIds = ids }
                }
            }
            let client = try await client(bus, EgressInternal.service)
            let answers = try await client.callAll(
                EgressInternal.listActiveEgress,
                Rpc_ListActiveEgressRequest(),
                timeout: .seconds(2)
            )
            #expect(answers.count == 2)
            #expect(Set(answers.flatMap(\.egressIds)) == ["EG_1", "EG_2", "EG_3"])
        }
    }

    @Test("a request that cannot be read is answered as malformed, without a claim", arguments: BusKind.allCases)
    func malformed(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            _ = try await worker(bus.far, "worker", affinity: 1)
            let (answers, offers) = (Inbox<[UInt8]>(), Inbox<[UInt8]>())
            _ = try await bus.near.subscribe("EgressInternal|CLI_x|RES") { answers.add($0) }
            _ = try await bus.near.subscribe("EgressInternal|CLI_x|CLAIM") { offers.add($0) }
            var request = Internal_Request(
                Google_Protobuf_Empty(),
                id: "REQ_1",
                client: "CLI_x",
                timeout: .seconds(3),
                isMulti: false
            )
            request.rawRequest = .init([0x0A, 0xFF])
            try await bus.near.publish(Envelope.encode(request), to: "EgressInternal|StartEgress|REQ")
            let payload = await answers.wait(for: 1)[0]
            let answer = try #require(Envelope.decode(payload, as: Internal_Response.self))
            #expect(answer.code == "malformed_request")
            #expect(answer.requestID == "REQ_1")
            #expect(offers.elements.isEmpty)
        }
    }

    @Test("a request that is delivered twice is run once; an expired one never", arguments: BusKind.allCases)
    func duplicates(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let server = RPCServer(bus: bus.far, service: EgressInternal.service, logger: .quiet)
            let answers = Inbox<String>()
            _ = try await server.register(EgressInternal.listActiveEgress) { _ in .init() }
            _ = try await bus.near.subscribe("EgressInternal|CLI_x|RES") { payload in
                answers.add(Envelope.decode(payload, as: Internal_Response.self)?.requestID ?? "?")
            }
            func request(_ id: String, _ timeout: Duration) -> [UInt8] {
                Envelope.encode(
                    Internal_Request(
                        Rpc_ListActiveEgressRequest(),
                        id: id,
                        client: "CLI_x",
                        timeout: timeout,
                        isMulti: true
                    )
                )
            }
            let (once, last) = (request("REQ_1", .seconds(9)), request("REQ_3", .seconds(9)))
            for payload in [once, once, request("REQ_2", .seconds(-1)), last] {
                try await bus.near.publish(payload, to: "EgressInternal|ListActiveEgress|REQ")
            }
            #expect(await answers.wait(for: 2).sorted() == ["REQ_1", "REQ_3"])
        }
    }

    @Test("a handler that takes too long is cancelled, and its caller told", arguments: BusKind.allCases)
    func slow(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let ends = Inbox<Bool>()
            let server = RPCServer(bus: bus.far, service: EgressHandler.service, logger: .quiet)
            _ = try await server.register(EgressHandler.stopEgress, topic: "EG_1") { _ throws(RPCError) in
                do { try await Task.sleep(for: .seconds(50)) } catch { ends.add(true) }
                throw RPCError(.canceled, "stopped by the expiry")
            }
            let client = try await client(bus, EgressHandler.service)
            await #expect(throws: RPCError.timedOut) {
                try await client.call(
                    EgressHandler.stopEgress,
                    topic: "EG_1",
                    stop("EG_1"),
                    options: .init(timeout: .seconds(1), selection: .patient)
                )
            }
            #expect(await ends.wait(for: 1) == [true])
        }
    }

    @Test("a caller that gives up is told so at once", arguments: BusKind.allCases)
    func cancellation(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let (runs, release) = (Inbox<Bool>(), Inbox<Bool>())
            let server = RPCServer(bus: bus.far, service: EgressHandler.service, logger: .quiet)
            _ = try await server.register(EgressHandler.stopEgress, topic: "EG_1") { _ in
                runs.add(true)
                _ = await release.wait(for: 1)
                return .init()
            }
            let client = try await client(bus, EgressHandler.service)
            let call = Task {
                try await client.call(
                    EgressHandler.stopEgress,
                    topic: "EG_1",
                    stop("EG_1"),
                    options: .init(timeout: .seconds(50))
                )
            }
            _ = await runs.wait(for: 1)
            call.cancel()
            await #expect(throws: RPCError.canceled) { try await call.value }
            release.add(true)
        }
    }

    @Test("closing a method waits for its running call, whose answer still arrives", arguments: BusKind.allCases)
    func closing(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let runs = Inbox<Bool>()
            let release = Inbox<Bool>()
            let server = RPCServer(bus: bus.far, service: EgressHandler.service, logger: .quiet)
            let registration = try await server.register(EgressHandler.stopEgress, topic: "EG_1") { _ in
                runs.add(true)
                _ = await release.wait(for: 1)
                return .with { $0.egressID = "EG_1" }
            }
            let client = try await client(bus, EgressHandler.service)
            async let answer = client.call(EgressHandler.stopEgress, topic: "EG_1", stop("EG_1"), options: patient)
            _ = await runs.wait(for: 1)
            let closed = Inbox<Bool>()
            let closing = Task {
                await registration.close()
                closed.add(true)
            }
            #expect(closed.elements.isEmpty)
            release.add(true)
            #expect(try await answer.egressID == "EG_1")
            await closing.value
            let options = CallOptions(selection: Selection(affinityTimeout: .milliseconds(100), acceptFirst: true))
            await #expect(throws: RPCError.noResponse) {
                try await client.call(EgressHandler.stopEgress, topic: "EG_1", stop("EG_1"), options: options)
            }
        }
    }

    @Test("a call is repeated as its policy says", arguments: BusKind.allCases)
    func retries(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let runs = Inbox<Bool>()
            let server = RPCServer(bus: bus.far, service: EgressHandler.service, logger: .quiet)
            _ = try await server.register(EgressHandler.stopEgress, topic: "EG_1") { _ throws(RPCError) in
                runs.add(true)
                guard runs.elements.count == 3 else { throw RPCError(.unavailable, "not yet") }
                return .init()
            }
            let client = try await client(bus, EgressHandler.service)
            _ = try await client.call(EgressHandler.stopEgress, topic: "EG_1", stop("EG_1"), options: .standard)
            #expect(runs.elements.count == 3)
        }
    }

    @Test("a client that was shut down calls nobody", arguments: BusKind.allCases)
    func shutdown(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let client = try await client(bus, EgressHandler.service)
            await client.shutdown()
            await #expect(throws: RPCError.canceled) {
                try await client.call(EgressHandler.stopEgress, topic: "EG_1", stop("EG_1"))
            }
        }
    }
}
