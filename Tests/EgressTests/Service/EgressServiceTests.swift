import LiveKitProtocol
import Logging
import MessageBus
import SwiftProtobuf
import Synchronization
import Testing

@testable import Egress

@Suite("The egress service")
struct EgressServiceTests {
    /// A service over a bus of its own, with workers as a test wants them.
    final class Stage: Sendable {
        let bus = InProcessBus()
        let told = Told()
        let updates = Mutex<[Livekit_UpdateParticipantRequest]>([])
        let ledger: EgressLedger
        let logger = Logger(label: "test")

        init() throws {
            ledger = EgressLedger(store: try SQLiteEgressStore(path: nil), logger: logger) { [told] in
                told.take($0, $1, $2)
            }
        }

        var events: [String] { told.lists.withLock(\.events) }
        var webhooks: [String] { told.lists.withLock(\.webhooks) }

        /// The service, listening.
        func service() async throws -> EgressService {
            let service = EgressService(
                bus: bus,
                ledger: ledger,
                rooms: EgressService.Rooms(
                    roomID: { $0 == "standup" ? "RM_1" : nil },
                    updateParticipant: { [weak self] request in self?.updates.withLock { $0.append(request) } }
                ),
                signingKeys: ["devkey"],
                startOptions: CallOptions(timeout: .seconds(5), selection: .startEgress),
                logger: logger
            )
            try await service.start()
            return service
        }

        /// A worker that answers with what it was asked for.
        func worker(
            affinity: Float = 1,
            answer: @escaping @Sendable (inout Livekit_EgressInfo) -> RPCError? = { _ in nil }
        )
            async throws
        {
            let server = RPCServer(bus: bus, service: EgressInternal.service, logger: logger)
            _ = try await server.register(EgressInternal.startEgress, affinity: { _ in affinity }) {
                (request) async throws(RPCError) in
                var info = Livekit_EgressInfo()
                info.egressID = request.egressID
                info.roomID = request.roomID
                info.roomName = "standup"
                info.request = request.request?.inInfo
                if let error = answer(&info) { throw error }
                return info
            }
            _ = try await server.register(EgressInternal.listActiveEgress) { (_) async throws(RPCError) in
                var response = Rpc_ListActiveEgressResponse()
                response.egressIds = ["EG_busy1", "EG_busy2"]
                return response
            }
        }

        /// What a job answers.
        func job(_ id: String, answer: @escaping @Sendable () -> Result<Livekit_EgressInfo, RPCError>) async throws {
            let server = RPCServer(bus: bus, service: EgressHandler.service, logger: logger)
            _ = try await server.register(EgressHandler.stopEgress, topic: id) { (_) async throws(RPCError) in
                try answer().get()
            }
            _ = try await server.register(EgressHandler.updateStream, topic: id) { (_) async throws(RPCError) in
                try answer().get()
            }
        }
    }

    /// What the ledger has told.
    final class Told: Sendable {
        struct Lists {
            var events: [String] = []
            var webhooks: [String] = []
        }

        let lists = Mutex(Lists())

        func take(_ event: String, _ info: Livekit_EgressInfo, _ webhooks: [Livekit_WebhookConfig]) {
            lists.withLock {
                $0.events.append("\(event) \(info.status.name)")
                $0.webhooks += webhooks.map(\.url)
            }
        }
    }

    private static func composite() -> Livekit_RoomCompositeEgressRequest {
        guard case .roomComposite(let request) = Requests.composite() else { return .init() }
        return request
    }

    @Test("hands a request to a worker, and remembers and answers it without its secrets")
    func starts() async throws {
        let stage = try Stage()
        try await stage.worker()
        let service = try await stage.service()
        var request = Self.composite()
        request.fileOutputs[0].s3 = Requests.s3()
        var hook = EgressPlanErrorTests.hook("https://hooks.example.com")
        hook.signingKey = "devkey"
        request.webhooks = [hook]
        let info = try await service.startRoomCompositeEgress(request)
        #expect(info.egressID.hasPrefix("EG_") && info.egressID.count == 15)
        #expect(info.roomID == "RM_1")
        #expect(info.roomComposite.fileOutputs[0].s3.secret == "{secret}")
        var list = Livekit_ListEgressRequest()
        list.egressID = info.egressID
        #expect(try await service.listEgress(list).items == [info])
        #expect(stage.events == ["egress_started EGRESS_STARTING"])
        #expect(stage.webhooks == ["https://hooks.example.com"])
    }

    @Test("refuses what cannot be, before any worker is asked")
    func refuses() async throws {
        let service = try await Stage().service()
        var nowhere = Self.composite()
        nowhere.roomName = "nowhere"
        let room = await #expect(throws: TwirpError.self) { try await service.startRoomCompositeEgress(nowhere) }
        #expect(room == TwirpError(.notFound, "requested room does not exist"))
        let web = await #expect(throws: TwirpError.self) { try await service.startWebEgress(.init()) }
        #expect(web?.code == .unimplemented)
        var signed = Self.composite()
        var hook = EgressPlanErrorTests.hook("https://hooks.example.com")
        hook.signingKey = "somebody-else"
        signed.webhooks = [hook]
        let key = await #expect(throws: TwirpError.self) { try await service.startRoomCompositeEgress(signed) }
        #expect(key?.message.contains("webhooks.signing_key") == true)
    }

    @Test("says that no worker is there, or that none has room")
    func nobody() async throws {
        let stage = try Stage()
        let service = try await stage.service()
        let alone = await #expect(throws: TwirpError.self) {
            try await service.startRoomCompositeEgress(Self.composite())
        }
        #expect(alone == TwirpError(.unavailable, "no response from servers: no egress worker is connected"))
        try await stage.worker(affinity: -1)
        let full = await #expect(throws: TwirpError.self) {
            try await service.startRoomCompositeEgress(Self.composite())
        }
        #expect(full?.httpStatus == 503)
        #expect(full?.message.contains("none of the 1 egress workers can take another egress beside the 2") == true)
    }

    @Test(
        "passes on why a worker refuses",
        arguments: [
            (RPCError(.unavailable, "not enough CPU"), 503), (RPCError(.alreadyExists, "egress already exists"), 409),
            (RPCError(.internal, "handler failed to start"), 500), (RPCError(.permissionDenied, "disabled"), 403),
        ]
    )
    func refused(error: RPCError, status: Int) async throws {
        let stage = try Stage()
        try await stage.worker { _ in error }
        let service = try await stage.service()
        let got = await #expect(throws: TwirpError.self) {
            try await service.startRoomCompositeEgress(Self.composite())
        }
        #expect(got?.httpStatus == status)
        #expect(got?.message == error.message)
        #expect(stage.events.isEmpty)
    }

    @Test("an automatic egress that fails is told as one that has ended")
    func automatic() async throws {
        let stage = try Stage()
        try await stage.worker { _ in RPCError(.invalidArgument, "no") }
        let service = try await stage.service()
        let info = await service.startAutomatically(Requests.track(), roomID: "RM_1", roomName: "standup")
        #expect(info.status == .egressFailed && info.error == "no" && info.errorCode == 400)
        #expect(stage.events == ["egress_ended EGRESS_FAILED"])
    }

    @Test("asks the job to stop, and says what is known when it does not answer")
    func stops() async throws {
        let stage = try Stage()
        let service = try await stage.service()
        var request = Livekit_StopEgressRequest()
        request.egressID = "EG_1"
        let unknown = await #expect(throws: TwirpError.self) { try await service.stopEgress(request) }
        #expect(unknown?.code == .notFound)
        try await stage.ledger.create(EgressChangeTests.info(.egressActive))
        try await stage.job("EG_1") { .success(EgressChangeTests.info(.egressEnding, 2)) }
        #expect(try await service.stopEgress(request).status == .egressEnding)
        try await stage.ledger.update(EgressChangeTests.info(.egressComplete, 3))
        let over = await #expect(throws: TwirpError.self) { try await service.stopEgress(request) }
        #expect(over == TwirpError(.failedPrecondition, "egress with status EGRESS_COMPLETE cannot be stopped"))
    }

    @Test("passes on what a job has against new URLs")
    func updatesStreams() async throws {
        let stage = try Stage()
        let service = try await stage.service()
        try await stage.ledger.create(EgressChangeTests.info(.egressActive))
        try await stage.job("EG_1") {
            .failure(RPCError(.invalidArgument, "UpdateStream called on non-streaming egress"))
        }
        var request = Livekit_UpdateStreamRequest()
        request.egressID = "EG_1"
        request.addOutputUrls = ["rtmp://h/a/k"]
        let error = await #expect(throws: TwirpError.self) { try await service.updateStream(request) }
        #expect(error == TwirpError(.invalidArgument, "UpdateStream called on non-streaming egress"))
        request.addOutputUrls = ["http://h"]
        let url = await #expect(throws: TwirpError.self) { try await service.updateStream(request) }
        #expect(url?.message.hasPrefix("invalid url http://h: its scheme") == true)
    }

    @Test("changes a layout by the metadata of the recorder")
    func layout() async throws {
        let stage = try Stage()
        let service = try await stage.service()
        var info = EgressChangeTests.info(.egressActive)
        info.request = .roomComposite(Self.composite())
        try await stage.ledger.create(info)
        var request = Livekit_UpdateLayoutRequest()
        request.egressID = "EG_1"
        request.layout = #"spea"ker"#
        _ = try await service.updateLayout(request)
        let update = try #require(stage.updates.withLock { $0 }.first)
        #expect(update.room == "standup" && update.identity == "EG_1")
        #expect(update.metadata == #"{"layout":"spea\"ker"}"#)
    }

    @Test("lists by page, room and state, those changed last first")
    func lists() async throws {
        let stage = try Stage()
        for number in 1...5 {
            var info = EgressChangeTests.info(number == 3 ? .egressComplete : .egressActive, Int64(number))
            info.egressID = "EG_\(number)"
            info.roomName = number == 5 ? "other" : "standup"
            try await stage.ledger.create(info)
        }
        var request = Livekit_ListEgressRequest()
        #expect(try await stage.ledger.list(request).items.map(\.egressID) == ["EG_5", "EG_4", "EG_3", "EG_2", "EG_1"])
        request.active = true
        request.roomName = "standup"
        let first = try await stage.ledger.list(request, pageSize: 2)
        #expect(first.items.map(\.egressID) == ["EG_4", "EG_2"])
        request.pageToken = first.nextPageToken
        let second = try await stage.ledger.list(request, pageSize: 2)
        #expect(second.items.map(\.egressID) == ["EG_1"] && !second.hasNextPageToken)
        request.pageToken.token = "nonsense"
        let error = await #expect(throws: TwirpError.self) { try await stage.ledger.list(request) }
        #expect(error?.code == .invalidArgument)
    }

    @Test("takes the reports of workers over the bus, each change told once and in order")
    func reports() async throws {
        let stage = try Stage()
        let reports = IOInfoService(bus: stage.bus, ledger: stage.ledger, logger: stage.logger)
        try await reports.start()
        let worker = RPCClient(bus: stage.bus, service: IOInfo.service, logger: stage.logger)
        try await worker.start()
        _ = try await worker.call(IOInfo.createEgress, EgressChangeTests.info(.egressStarting))
        _ = try await worker.call(IOInfo.createEgress, EgressChangeTests.info(.egressStarting))
        for info in [
            EgressChangeTests.info(.egressActive, 2), EgressChangeTests.info(.egressActive, 2),
            EgressChangeTests.info(.egressComplete, 4), EgressChangeTests.info(.egressEnding, 3),
        ] {
            _ = try await worker.call(IOInfo.updateEgress, info)
        }
        #expect(
            stage.events == [
                "egress_started EGRESS_STARTING", "egress_updated EGRESS_ACTIVE", "egress_ended EGRESS_COMPLETE",
            ]
        )
        var get = Rpc_GetEgressRequest()
        get.egressID = "EG_1"
        #expect(try await worker.call(IOInfo.getEgress, get).status == .egressComplete)
        get.egressID = "EG_9"
        let error = await #expect(throws: RPCError.self) { try await worker.call(IOInfo.getEgress, get) }
        #expect(error?.code == .notFound)
        #expect(try await worker.call(IOInfo.listEgress, Livekit_ListEgressRequest()).items.count == 1)
        let nameless = await #expect(throws: RPCError.self) {
            try await worker.call(IOInfo.updateEgress, Livekit_EgressInfo())
        }
        #expect(nameless?.code == .invalidArgument)
        await reports.shutdown()
        await worker.shutdown()
    }
}
