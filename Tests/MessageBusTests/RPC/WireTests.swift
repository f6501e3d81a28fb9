import Foundation
import LiveKitProtocol
import SwiftProtobuf
import Testing

@testable import MessageBus

@Suite("What goes over the wire")
struct WireTests {
    private let server = "SRV_xYzXyZxYzXyZ"
    private let client = "CLI_0123456789Ab"
    private let request = "REQ_aB3dE6gH9jKl"
    private let sentAt = WireFixtures.sentAt

    @Test("a request is written to the byte as the protocol has it")
    func requests() {
        var stop = Livekit_StopEgressRequest()
        stop.egressID = "EG_AbCdEfGh2345"
        let message = Internal_Request(
            stop,
            id: request,
            client: client,
            sentAt: sentAt,
            timeout: .seconds(3),
            isMulti: false
        )
        #expect(Envelope.encode(message) == WireFixtures.request)
    }

    @Test("a multi request with an empty message is written to the byte")
    func multi() {
        let message = Internal_Request(
            Rpc_ListActiveEgressRequest(),
            id: "REQ_mUlTi0000001",
            client: client,
            sentAt: sentAt,
            timeout: .seconds(3),
            isMulti: true
        )
        #expect(Envelope.encode(message) == WireFixtures.multi)
    }

    @Test("offers and choices are written to the byte")
    func claims() {
        var offer = Internal_ClaimRequest()
        (offer.requestID, offer.serverID, offer.affinity) = (request, server, 0.5)
        #expect(Envelope.encode(offer) == WireFixtures.claim)
        var choice = Internal_ClaimResponse()
        (choice.requestID, choice.serverID) = (request, server)
        #expect(Envelope.encode(choice) == WireFixtures.claimAnswer)
    }

    @Test("answers are written to the byte: a message, an empty one, an error")
    func answers() {
        var info = Livekit_EgressInfo()
        (info.egressID, info.status) = ("EG_AbCdEfGh2345", .egressEnding)
        let full = Internal_Response(.success(info), to: request, server: server, sentAt: sentAt)
        #expect(Envelope.encode(full) == WireFixtures.response)
        let empty = Internal_Response(.success(Google_Protobuf_Empty()), to: request, server: server, sentAt: sentAt)
        #expect(Envelope.encode(empty) == WireFixtures.emptyResponse)
        let failure = Result<Livekit_EgressInfo, RPCError>.failure(RPCError(.notFound, "egress not found"))
        let error = Internal_Response(failure, to: request, server: server, sentAt: sentAt)
        #expect(Envelope.encode(error) == WireFixtures.errorResponse)
    }

    @Test("an error without a text is written with its code as the text, since a peer would take it for a success")
    func silentErrors() {
        let failure = Result<Livekit_EgressInfo, RPCError>.failure(RPCError(.aborted, ""))
        let response = Internal_Response(failure, to: request, server: server)
        #expect(response.error == "aborted")
        #expect(response.code == "aborted")
    }

    @Test("what peers send is read: answers, errors, wrapped messages of old peers")
    func reading() throws {
        let answer = try #require(Envelope.decode(WireFixtures.response, as: Internal_Response.self))
        let info = try Livekit_EgressInfo(serializedBytes: answer.result.get())
        #expect(info.egressID == "EG_AbCdEfGh2345")
        #expect(info.status == .egressEnding)
        let legacy = try #require(Envelope.decode(WireFixtures.legacyResponse, as: Internal_Response.self))
        #expect(try Livekit_EgressInfo(serializedBytes: legacy.result.get()) == info)
        let empty = try #require(Envelope.decode(WireFixtures.emptyResponse, as: Internal_Response.self))
        #expect(try empty.result.get().isEmpty)
        let error = try #require(Envelope.decode(WireFixtures.errorResponse, as: Internal_Response.self))
        #expect(error.result == .failure(RPCError(.notFound, "egress not found")))
    }

    @Test("metadata and fields of later versions are no hindrance")
    func unknownFields() throws {
        let message = try #require(Envelope.decode(WireFixtures.requestWithMetadata, as: Internal_Request.self))
        #expect(message.requestID == request)
        #expect(message.metadata == ["traceparent": "00-1-2-01"])
        #expect(try Livekit_StopEgressRequest(serializedBytes: message.payload).egressID == "EG_AbCdEfGh2345")
    }

    @Test("an envelope is read only as what it says it holds, and noise is nothing")
    func foreign() {
        #expect(Envelope.decode(WireFixtures.claim, as: Internal_ClaimResponse.self) == nil)
        #expect(Envelope.decode(WireFixtures.request, as: Internal_Response.self) == nil)
        #expect(Envelope.decode([], as: Internal_Request.self) == nil)
        #expect(Envelope.decode([0xFF, 0xFF, 0xFF], as: Internal_Request.self) == nil)
        #expect(Envelope.decode(Array(WireFixtures.request.dropLast(3)), as: Internal_Request.self) == nil)
    }

    @Test("the lock of a queue message is SHA-256 of its bytes in Base64")
    func lock() {
        #expect(QueueLock.key(of: WireFixtures.request) == WireFixtures.requestLock)
    }

    @Test("an error code that is missing or unknown counts as unknown", arguments: ["", "no_such_code"])
    func unknownCodes(code: String) {
        var response = Internal_Response()
        (response.error, response.code) = ("went wrong", code)
        #expect(response.result == .failure(RPCError(.unknown, "went wrong")))
    }
}
