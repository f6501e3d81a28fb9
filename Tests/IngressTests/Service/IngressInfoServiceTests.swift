import LiveKitProtocol
import MessageBus
import Synchronization
import Testing

@testable import Ingress

@Suite("What workers ask of an ingress and report of it")
struct IngressInfoServiceTests {
    private func ask(
        _ worker: RPCClient,
        id: String = "",
        key: String = ""
    ) async throws(RPCError) -> Rpc_GetIngressInfoResponse {
        var request = Rpc_GetIngressInfoRequest()
        request.ingressID = id
        request.streamKey = key
        return try await worker.call(IOInfo.getIngressInfo, request)
    }

    private func report(
        _ worker: RPCClient,
        _ id: String,
        _ state: Livekit_IngressState
    ) async throws(RPCError) {
        var request = Rpc_UpdateIngressStateRequest()
        request.ingressID = id
        request.state = state
        _ = try await worker.call(IOInfo.updateIngressState, request)
    }

    @Test("an ingress is found by its stream key or its identifier, and the answer has nothing else")
    func finds() async throws {
        let stage = try IngressStage()
        let worker = try await stage.reports()
        let info = try await stage.service().createIngress(IngressRequests.create(.rtmpInput))
        var expected = Rpc_GetIngressInfoResponse()
        expected.info = info
        #expect(try await ask(worker, key: info.streamKey) == expected)
        #expect(try await ask(worker, id: info.ingressID) == expected)
        #expect(try await ask(worker, id: info.ingressID, key: info.streamKey) == expected)
    }

    static let strangers: [(String, String, RPCError)] = [
        ("", "no-such-key", RPCError(.notFound, "ingress does not exist")),
        ("IN_9", "", RPCError(.notFound, "ingress does not exist")),
        ("IN_1", "no-such-key", RPCError(.notFound, "ingress does not exist")),
        (
            "", "",
            RPCError(
                .invalidArgument,
                "request has missing or invalid field: ingress_id or stream_key (both are empty)"
            )
        ),
        (
            "", String(repeating: "k", count: 257),
            RPCError(
                .invalidArgument,
                "request has missing or invalid field: stream_key (it has 257 bytes, and 256 is the most)"
            )
        ),
    ]

    @Test("who has neither finds nothing, and no error repeats a key", arguments: strangers)
    func findsNothing(id: String, key: String, expected: RPCError) async throws {
        let stage = try IngressStage()
        let worker = try await stage.reports()
        _ = try await stage.ledger.create(IngressRequests.info(.rtmpInput))
        let error = await #expect(throws: RPCError.self) { try await ask(worker, id: id, key: key) }
        #expect(error == expected)
    }

    @Test("a session is told once when it starts and once when it ends, without secrets")
    func webhooks() async throws {
        let stage = try IngressStage()
        let worker = try await stage.reports()
        let info = try await stage.service().createIngress(IngressRequests.create(.rtmpInput))
        for state in [
            IngressStateChangeTests.state(.endpointBuffering, 5, 5),
            IngressStateChangeTests.state(.endpointPublishing, 5, 6),
            IngressStateChangeTests.state(.endpointPublishing, 5, 6),
            IngressStateChangeTests.state(.endpointPublishing, 5, 7),
            IngressStateChangeTests.state(.endpointBuffering, 5, 5),
            IngressStateChangeTests.state(.endpointInactive, 5, 8),
        ] {
            try await report(worker, info.ingressID, state)
        }
        #expect(stage.events == ["ingress_started endpointPublishing", "ingress_ended endpointInactive"])
        let told = try #require(stage.told.list.withLock { $0.first?.info })
        #expect(told.ingressID == info.ingressID && told.roomName == "standup" && told.streamKey == "{stream_key}")
        #expect(try await ask(worker, id: info.ingressID).info.state.updatedAt == 8)
    }

    @Test("an older session cannot overwrite a newer one, nor a report what was deleted")
    func older() async throws {
        let stage = try IngressStage()
        let worker = try await stage.reports()
        let info = try IngressRequests.info(.rtmpInput)
        _ = try await stage.ledger.create(info)
        try await report(worker, "IN_1", IngressStateChangeTests.state(.endpointPublishing, 9, 9))
        let error = await #expect(throws: RPCError.self) {
            try await report(worker, "IN_1", IngressStateChangeTests.state(.endpointInactive, 5, 20))
        }
        #expect(error?.code == .failedPrecondition)
        #expect(error?.message.hasPrefix("trying to overwrite an ingress with an older version") == true)
        #expect(try await stage.ledger.info(of: "IN_1").state.status == .endpointPublishing)
        _ = try await stage.ledger.delete("IN_1", now: 30)
        let gone = await #expect(throws: RPCError.self) {
            try await report(worker, "IN_1", IngressStateChangeTests.state(.endpointInactive, 9, 31))
        }
        #expect(gone == RPCError(.notFound, "ingress does not exist"))
        #expect(stage.events == ["ingress_started endpointPublishing", "ingress_ended endpointInactive"])
    }

    @Test("a worker makes an ingress once, and gets what is known")
    func creates() async throws {
        let stage = try IngressStage()
        let worker = try await stage.reports()
        var request = IngressRequests.create(.urlInput)
        request.url = "https://user:secret@media.example.com/film.mp4"
        let info = try IngressRequests.info(request)
        #expect(try await worker.call(IOInfo.createIngress, info).info == info)
        try await report(worker, "IN_1", IngressStateChangeTests.state(.endpointPublishing, 5, 6))
        #expect(try await worker.call(IOInfo.createIngress, info).info.state.status == .endpointPublishing)
        let told = stage.told.list.withLock { $0.map(\.info.url) }
        #expect(told == ["https://{credentials}@media.example.com/film.mp4"])
        for call in 0..<2 {
            let error = await #expect(throws: RPCError.self) {
                if call == 0 {
                    _ = try await worker.call(IOInfo.createIngress, .init())
                } else {
                    try await report(worker, "", .init())
                }
            }
            #expect(error == RPCError(.invalidArgument, "an ingress without an ingress_id"))
        }
    }
}
