import LiveKitProtocol
import MessageBus
import Synchronization
import Testing

@testable import Ingress

@Suite("The ingress service")
struct IngressServiceTests {
    private func update(_ id: String, name: String) -> Livekit_UpdateIngressRequest {
        var request = Livekit_UpdateIngressRequest()
        request.ingressID = id
        request.name = name
        return request
    }

    private func delete(_ id: String) -> Livekit_DeleteIngressRequest {
        var request = Livekit_DeleteIngressRequest()
        request.ingressID = id
        return request
    }

    @Test("makes what is published to, each with a key of its own, and asks nobody")
    func creates() async throws {
        let stage = try IngressStage()
        let service = try await stage.service()
        let one = try await service.createIngress(IngressRequests.create(.rtmpInput))
        let two = try await service.createIngress(IngressRequests.create(.whipInput))
        #expect(one.ingressID.hasPrefix("IN_") && one.ingressID.count == 15)
        #expect(one.streamKey.count == 12 && one.url == IngressRequests.addresses.rtmp)
        #expect(one.streamKey.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) })
        #expect(one.streamKey != two.streamKey && one.ingressID != two.ingressID)
        #expect(!one.ingressID.hasSuffix(one.streamKey), "the identifier must not give the key away")
        var list = Livekit_ListIngressRequest()
        list.ingressID = one.ingressID
        #expect(try await service.listIngress(list).items == [one])
        #expect(stage.events.isEmpty)
    }

    @Test("has a worker pull a URL, and answers what it says")
    func pulls() async throws {
        let stage = try IngressStage()
        try await stage.worker()
        let service = try await stage.service()
        let info = try await service.createIngress(IngressRequests.create(.urlInput))
        #expect(info.state.status == .endpointBuffering && info.url == "https://media.example.com/film.mp4")
        #expect(info.ingressID.hasPrefix("IN_") && info.streamKey.isEmpty)
        #expect(try await stage.ledger.info(of: info.ingressID) == info)
    }

    @Test("what a worker has reported before it answers stays")
    func reportedBefore() async throws {
        let stage = try IngressStage()
        try await stage.worker()
        let service = try await stage.service()
        let info = try await service.createIngress(IngressRequests.create(.urlInput))
        try await stage.ledger.report(
            IngressStateChangeTests.state(.endpointPublishing, 5, 6),
            of: info.ingressID
        )
        _ = try await stage.ledger.create(info)
        #expect(try await stage.ledger.info(of: info.ingressID).state.status == .endpointPublishing)
    }

    @Test("says that no worker is there, or that none has room, and remembers nothing")
    func nobody() async throws {
        let stage = try IngressStage()
        let service = try await stage.service()
        let request = IngressRequests.create(.urlInput)
        let alone = await #expect(throws: TwirpError.self) { try await service.createIngress(request) }
        #expect(alone == TwirpError(.unavailable, "no response from servers: no ingress worker is connected"))
        try await stage.worker(affinity: -1)
        let full = await #expect(throws: TwirpError.self) { try await service.createIngress(request) }
        #expect(full?.httpStatus == 503)
        #expect(full?.message.contains("none of the 1 ingress workers can take another ingress beside the 2") == true)
        #expect(try await service.listIngress(.init()).items.isEmpty)
    }

    @Test(
        "passes on why a worker refuses",
        arguments: [
            (RPCError(.unavailable, "server shutting down"), 503),
            (RPCError(.notAcceptable, "unsupported mime type"), 500),
            (RPCError(.permissionDenied, "no"), 403), (RPCError(.resourceExhausted, "server capacity exceeded"), 429),
        ]
    )
    func refused(error: RPCError, status: Int) async throws {
        let stage = try IngressStage()
        try await stage.worker { _ in error }
        let service = try await stage.service()
        let got = await #expect(throws: TwirpError.self) {
            try await service.createIngress(IngressRequests.create(.urlInput))
        }
        #expect(got?.httpStatus == status && got?.message == error.message)
    }

    @Test("refuses what cannot be, before any worker is asked")
    func refuses() async throws {
        let service = try await IngressStage().service()
        var request = IngressRequests.create(.urlInput)
        request.url = "ftp://host/film"
        let error = await #expect(throws: TwirpError.self) { try await service.createIngress(request) }
        #expect(error?.message.hasPrefix("invalid url scheme ftp") == true)
    }

    @Test("changes an ingress, and makes one that failed inactive again")
    func updates() async throws {
        let stage = try IngressStage()
        let service = try await stage.service()
        let info = try await service.createIngress(IngressRequests.create(.rtmpInput))
        try await stage.ledger.report(
            IngressStateChangeTests.state(.endpointError, 5, 5, error: "room disconnected"),
            of: info.ingressID
        )
        let changed = try await service.updateIngress(update(info.ingressID, name: "camera 2"))
        #expect(changed.name == "camera 2" && changed.streamKey == info.streamKey)
        #expect(changed.state.status == .endpointInactive && changed.state.error.isEmpty)
        #expect(try await stage.ledger.info(of: info.ingressID) == changed)
        #expect(stage.events == ["ingress_ended endpointError"])
    }

    @Test("cuts off who publishes before an ingress is changed or deleted")
    func endsSessions() async throws {
        let stage = try IngressStage()
        let service = try await stage.service()
        let info = try await service.createIngress(IngressRequests.create(.rtmpInput))
        let calls = IngressStage.Calls()
        try await stage.session(of: info.ingressID, calls)
        _ = try await service.updateIngress(update(info.ingressID, name: "quiet"))
        #expect(calls.all.isEmpty, "nobody publishes")
        try await stage.ledger.report(IngressStateChangeTests.state(.endpointPublishing, 5, 6), of: info.ingressID)
        let changed = try await service.updateIngress(update(info.ingressID, name: "camera 2"))
        #expect(changed.name == "camera 2" && changed.state.status == .endpointInactive)
        try await stage.ledger.report(IngressStateChangeTests.state(.endpointBuffering, 5, 10), of: info.ingressID)
        _ = try await service.deleteIngress(delete(info.ingressID))
        #expect(calls.all == ["update \(info.ingressID)", "delete \(info.ingressID)"])
    }

    @Test("a session that does not end keeps nothing from being changed or deleted, and is told as ended")
    func deafSession() async throws {
        let stage = try IngressStage()
        let service = try await stage.service()
        let info = try await service.createIngress(IngressRequests.create(.rtmpInput))
        try await stage.session(of: info.ingressID, .init(), failing: RPCError(.internal, "the session is stuck"))
        try await stage.ledger.report(IngressStateChangeTests.state(.endpointPublishing, 5, 6), of: info.ingressID)
        #expect(try await service.updateIngress(update(info.ingressID, name: "camera 2")).name == "camera 2")
        let deleted = try await service.deleteIngress(delete(info.ingressID))
        #expect(deleted.name == "camera 2" && deleted.state.status == .endpointInactive)
        #expect(try await service.listIngress(.init()).items.isEmpty)
        #expect(stage.events == ["ingress_started endpointPublishing", "ingress_ended endpointInactive"])
        let ended = stage.told.list.withLock { $0.last?.info.state.endedAt ?? 0 }
        #expect(ended > 0)
    }

    @Test("knows only what there is, and changes no URL")
    func unknown() async throws {
        let stage = try IngressStage()
        try await stage.worker()
        let service = try await stage.service()
        let gone = TwirpError(.notFound, "ingress does not exist")
        let updated = await #expect(throws: TwirpError.self) {
            try await service.updateIngress(update("IN_9", name: "x"))
        }
        #expect(updated == gone)
        let deleted = await #expect(throws: TwirpError.self) { try await service.deleteIngress(delete("IN_9")) }
        #expect(deleted == gone)
        let url = try await service.createIngress(IngressRequests.create(.urlInput))
        let fixed = await #expect(throws: TwirpError.self) {
            try await service.updateIngress(update(url.ingressID, name: "x"))
        }
        #expect(fixed?.message == "ingress is not reusable and cannot be modified")
        _ = try await service.deleteIngress(delete(url.ingressID))
        #expect(try await service.listIngress(.init()).items.isEmpty)
    }

    @Test("lists by room and identifier, a page at a time")
    func lists() async throws {
        let stage = try IngressStage()
        for number in [3, 1, 5, 2, 4] {
            var info = Livekit_IngressInfo()
            info.ingressID = "IN_\(number)"
            info.roomName = number == 5 ? "other" : "standup"
            _ = try await stage.ledger.create(info)
        }
        var request = Livekit_ListIngressRequest()
        #expect(
            try await stage.ledger.list(request).items.map(\.ingressID) == ["IN_1", "IN_2", "IN_3", "IN_4", "IN_5"]
        )
        request.roomName = "standup"
        let first = try await stage.ledger.list(request, pageSize: 2)
        #expect(first.items.map(\.ingressID) == ["IN_1", "IN_2"] && first.hasNextPageToken)
        _ = try await stage.ledger.delete("IN_2", now: 1)
        request.pageToken = first.nextPageToken
        let second = try await stage.ledger.list(request, pageSize: 2)
        #expect(second.items.map(\.ingressID) == ["IN_3", "IN_4"] && !second.hasNextPageToken)
        request.pageToken = .init()
        request.ingressID = "IN_5"
        #expect(try await stage.ledger.list(request).items.isEmpty, "it is in another room")
        request.roomName = ""
        #expect(try await stage.ledger.list(request).items.map(\.ingressID) == ["IN_5"])
        for token in ["nonsense", "IN_" + String(repeating: "9", count: 300)] {
            request.pageToken.token = token
            let error = await #expect(throws: TwirpError.self) { try await stage.ledger.list(request) }
            #expect(error?.code == .invalidArgument && error?.message.contains("page_token") == true)
        }
    }
}
