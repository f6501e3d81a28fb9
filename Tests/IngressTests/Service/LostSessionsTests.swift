import LiveKitProtocol
import MediaWire
import MessageBus
import SwiftProtobuf
import Testing

@testable import Ingress

@Suite("Sessions whose workers are gone", .timeLimit(.minutes(1)))
struct LostSessionsTests {
    private static func info(
        _ resource: String,
        _ status: Livekit_IngressState.Status = .endpointPublishing
    ) -> Livekit_IngressInfo {
        .with { info in
            info.ingressID = "IN_\(resource)"
            info.state.resourceID = resource
            info.state.status = status
        }
    }

    private static func answer(sessions: [String] = [], ingresses: [String] = []) -> Rpc_ListActiveIngressResponse {
        .with { answer in
            answer.ingressIds = ingresses
            answer.ingressSessions = sessions.map { resource in .with { $0.resourceID = resource } }
        }
    }

    /// Seconds, and the answers that came then; the last look finds what is expected.
    struct Case: Sendable {
        var looks: [(Int, [Rpc_ListActiveIngressResponse])]
        var lost: [String]
    }

    static let cases = [
        // Nobody has it, for long enough and not.
        Case(looks: [(0, []), (15, []), (39, [])], lost: []),
        Case(looks: [(0, []), (15, []), (40, [])], lost: ["A"]),
        Case(looks: [(40, [])], lost: []),
        Case(looks: [(0, [answer(sessions: ["B"])]), (40, [answer(sessions: ["B", "C"])])], lost: ["A"]),
        // One answer came too late.
        Case(looks: [(0, []), (15, [answer(sessions: ["A"])]), (45, []), (84, [])], lost: []),
        Case(looks: [(0, []), (15, [answer(), answer(sessions: ["A"])]), (45, []), (85, [])], lost: ["A"]),
        // A worker that tells ingresses alone.
        Case(looks: [(0, []), (40, [answer(ingresses: ["IN_A"])])], lost: []),
        Case(looks: [(0, []), (40, [answer(sessions: ["B"], ingresses: ["IN_A", "IN_B"])])], lost: ["A"]),
    ]

    @Test("are those that no worker has had for forty seconds", arguments: cases)
    func looking(looks: Case) {
        var lost = LostSessions()
        var found: [Livekit_IngressInfo] = []
        for (second, answers) in looks.looks {
            let now = Instant(nanoseconds: 0) + .seconds(second)
            found = lost.look(at: [Self.info("A"), Self.info("E", .endpointError)], answers, at: now)
        }
        #expect(found.map(\.state.resourceID) == looks.lost)
    }

    @Test("are counted anew for each session of an ingress")
    func anew() {
        var lost = LostSessions()
        let start = Instant(nanoseconds: 0)
        var info = Self.info("A")
        #expect(lost.look(at: [info], [], at: start).isEmpty)
        info.state.resourceID = "B"
        #expect(lost.look(at: [info], [], at: start + .seconds(40)).isEmpty)
        #expect(lost.look(at: [info], [], at: start + .seconds(80)).count == 1)
    }

    @Test("are told as ended, once, and only if nothing was heard of them since")
    func told() async throws {
        let stage = try IngressStage()
        let service = try await stage.service()
        let info = try await service.createIngress(IngressRequests.create(.rtmpInput))
        var state = IngressStateChangeTests.state(.endpointPublishing, 5, 6)
        state.resourceID = "RT_1"
        try await stage.ledger.report(state, of: info.ingressID)
        let worker = RPCServer(bus: stage.bus, service: IngressInternal.service, logger: stage.logger)
        let listing = try await worker.register(IngressInternal.listActiveIngress) { (_) async throws(RPCError) in
            Self.answer(sessions: ["RT_1"])
        }
        var lost = LostSessions()
        func look(_ seconds: Int) async throws -> Livekit_IngressState {
            let now = Instant(nanoseconds: 0) + .seconds(seconds)
            await service.look(&lost, at: now, timeout: .milliseconds(200))
            return try await stage.ledger.info(of: info.ingressID).state
        }
        for second in [0, 50, 100] { #expect(try await look(second) == state) }
        await listing.close()
        #expect(try await look(110) == state)
        let ended = try await look(150)
        #expect(ended.status == .endpointError && ended.error.hasPrefix("the ingress worker is gone"))
        #expect(ended.resourceID == "RT_1" && ended.startedAt == 5 && ended.endedAt == ended.updatedAt)
        #expect(try await look(200) == ended)
        #expect(stage.events == ["ingress_started endpointPublishing", "ingress_ended endpointError"])
        // What was only cut off is heard again.
        state.updatedAt = ended.updatedAt + 1
        try await stage.ledger.report(state, of: info.ingressID)
        var stale = state
        stale.updatedAt -= 1
        try await stage.ledger.lose(stale, of: info.ingressID, "gone", now: state.updatedAt + 9)
        #expect(try await stage.ledger.info(of: info.ingressID).state == state)
    }
}
