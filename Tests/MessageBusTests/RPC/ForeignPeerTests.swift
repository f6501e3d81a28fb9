import FoundationEssentials
import LiveKitProtocol
import SwiftProtobuf
import Testing

@testable import MessageBus

/// A peer that knows only channel names and messages, as LiveKit's services do, at one end of a call.
@Suite("Calls with a peer that is not ours", .timeLimit(.minutes(1)))
struct ForeignPeerTests {
    private func decoded<M: Message>(_ inbox: Inbox<[UInt8]>, as type: M.Type) async throws -> M {
        let payload = await inbox.wait(for: 1)[0]
        return try #require(Envelope.decode(payload, as: M.self))
    }

    private func inbox(_ bus: any Bus, _ channel: String) async throws -> Inbox<[UInt8]> {
        let inbox = Inbox<[UInt8]>()
        _ = try await bus.subscribe(channel) { inbox.add($0) }
        return inbox
    }

    @Test("our worker is started by a foreign room server", arguments: BusKind.allCases)
    func server(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let worker = RPCServer(bus: bus.far, service: EgressInternal.service, logger: .quiet)
            _ = try await worker.register(EgressInternal.startEgress, affinity: { _ in 0.5 }) { request in
                .with { ($0.egressID, $0.roomID) = (request.egressID, request.roomID) }
            }
            let offers = try await inbox(bus.near, "EgressInternal|CLI_foreign|CLAIM")
            let answers = try await inbox(bus.near, "EgressInternal|CLI_foreign|RES")
            let start = Rpc_StartEgressRequest.with { ($0.egressID, $0.roomID) = ("EG_1", "RM_1") }
            let request = Internal_Request.with {
                ($0.requestID, $0.clientID) = ("REQ_1", "CLI_foreign")
                ($0.sentAt, $0.expiry) = (UnixTime.now, UnixTime.now + 9_000_000_000)
                $0.rawRequest = Envelope.serialize(start)
            }
            try await bus.near.publish(Envelope.encode(request), to: "EgressInternal|StartEgress|REQ")
            let offer = try await decoded(offers, as: Internal_ClaimRequest.self)
            #expect(offer.requestID == "REQ_1")
            #expect(offer.serverID == worker.id)
            #expect(offer.affinity == 0.5)
            let choice = Internal_ClaimResponse.with { ($0.requestID, $0.serverID) = ("REQ_1", offer.serverID) }
            try await bus.near.publish(Envelope.encode(choice), to: "EgressInternal|StartEgress|RCLAIM")
            let answer = try await decoded(answers, as: Internal_Response.self)
            #expect(answer.requestID == "REQ_1")
            #expect(answer.serverID == worker.id)
            #expect(answer.error.isEmpty)
            #expect(abs(answer.sentAt - UnixTime.now) < 60_000_000_000)
            #expect(try Livekit_EgressInfo(serializedBytes: answer.rawResponse).roomID == "RM_1")
        }
    }

    @Test("our worker drops a call when another is chosen, and then still serves", arguments: BusKind.allCases)
    func loser(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let runs = Inbox<String>()
            let worker = RPCServer(bus: bus.far, service: EgressInternal.service, logger: .quiet)
            let registration = try await worker.register(EgressInternal.startEgress) { request in
                runs.add(request.egressID)
                return .init()
            }
            let offers = try await inbox(bus.near, "EgressInternal|CLI_foreign|CLAIM")
            for (index, chosen) in ["SRV_other", worker.id].enumerated() {
                let start = Rpc_StartEgressRequest.with { $0.egressID = "EG_\(index)" }
                let request = Internal_Request(
                    start,
                    id: "REQ_\(index)",
                    client: "CLI_foreign",
                    timeout: .seconds(9),
                    isMulti: false
                )
                try await bus.near.publish(Envelope.encode(request), to: "EgressInternal|StartEgress|REQ")
                _ = await offers.wait(for: index + 1)
                let choice = Internal_ClaimResponse.with { ($0.requestID, $0.serverID) = ("REQ_\(index)", chosen) }
                try await bus.near.publish(Envelope.encode(choice), to: "EgressInternal|StartEgress|RCLAIM")
            }
            #expect(await runs.wait(for: 1) == ["EG_1"])
            await registration.close()
            #expect(runs.elements == ["EG_1"])
        }
    }

    @Test("our worker reports to a foreign room server", arguments: BusKind.allCases)
    func client(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let requests = try await inbox(bus.far, "IOInfo|CreateEgress|REQ")
            let choices = try await inbox(bus.far, "IOInfo|CreateEgress|RCLAIM")
            let worker = RPCClient(bus: bus.near, service: IOInfo.service, logger: .quiet)
            try await worker.start()
            let info = Livekit_EgressInfo.with { $0.egressID = "EG_1" }
            async let answer = worker.call(
                IOInfo.createEgress,
                info,
                options: .init(timeout: .seconds(15), selection: .patient)
            )
            let request = try await decoded(requests, as: Internal_Request.self)
            #expect(request.clientID == worker.id)
            #expect(request.requestID.hasPrefix("REQ_"))
            #expect(!request.multi)
            #expect(request.expiry - request.sentAt == 15_000_000_000)
            #expect(try Livekit_EgressInfo(serializedBytes: request.rawRequest) == info)
            let offer = Internal_ClaimRequest.with {
                ($0.requestID, $0.serverID, $0.affinity) = (request.requestID, "SRV_foreign", 1)
            }
            try await bus.far.publish(Envelope.encode(offer), to: "IOInfo|\(worker.id)|CLAIM")
            let choice = try await decoded(choices, as: Internal_ClaimResponse.self)
            #expect(choice.requestID == request.requestID)
            #expect(choice.serverID == "SRV_foreign")
            let response = Internal_Response.with {
                ($0.requestID, $0.serverID, $0.sentAt) = (request.requestID, "SRV_foreign", UnixTime.now)
            }
            try await bus.far.publish(Envelope.encode(response), to: "IOInfo|\(worker.id)|RES")
            _ = try await answer
        }
    }

    @Test("an answer that is no message of the method's is a malformed result", arguments: BusKind.allCases)
    func malformedResult(kind: BusKind) async throws {
        try await BusPair.with(kind) { bus in
            let requests = try await inbox(bus.far, "EgressHandler|StopEgress|EG_1|REQ")
            let choices = try await inbox(bus.far, "EgressHandler|StopEgress|EG_1|RCLAIM")
            let caller = RPCClient(bus: bus.near, service: EgressHandler.service, logger: .quiet)
            try await caller.start()
            let answer = Task {
                try await caller.call(
                    EgressHandler.stopEgress,
                    topic: "EG_1",
                    .init(),
                    options: .init(timeout: .seconds(15), selection: .patient)
                )
            }
            let id = try await decoded(requests, as: Internal_Request.self).requestID
            let offer = Internal_ClaimRequest.with { ($0.requestID, $0.serverID, $0.affinity) = (id, "SRV_x", 1) }
            try await bus.far.publish(Envelope.encode(offer), to: "EgressHandler|\(caller.id)|CLAIM")
            _ = await choices.wait(for: 1)
            let response = Internal_Response.with { ($0.requestID, $0.rawResponse) = (id, Data([0x0A, 0xFF])) }
            try await bus.far.publish(Envelope.encode(response), to: "EgressHandler|\(caller.id)|RES")
            await #expect(throws: RPCError(.malformedResult, "the answer is no livekit.EgressInfo")) {
                try await answer.value
            }
        }
    }
}
