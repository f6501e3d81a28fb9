import LiveKitProtocol
import Testing

@testable import Ingress

@Suite("What a report changes of an ingress")
struct IngressStateChangeTests {
    static func state(
        _ status: Livekit_IngressState.Status,
        _ startedAt: Int64 = 0,
        _ updatedAt: Int64 = 0,
        error: String = ""
    ) -> Livekit_IngressState {
        var state = Livekit_IngressState()
        state.status = status
        state.startedAt = startedAt
        state.updatedAt = updatedAt
        state.error = error
        return state
    }

    /// What is known, what is reported, and what is told of it.
    struct Case: Sendable {
        let known: Livekit_IngressState
        let report: Livekit_IngressState
        let verdict: IngressStateChange.Verdict
        let events: [String]

        init(
            _ known: Livekit_IngressState,
            _ report: Livekit_IngressState,
            _ verdict: IngressStateChange.Verdict,
            _ events: [String] = []
        ) {
            self.known = known
            self.report = report
            self.verdict = verdict
            self.events = events
        }
    }

    static let cases: [Case] = [
        // A session from its beginning to its end.
        Case(state(.endpointInactive), state(.endpointBuffering, 5, 5), .news),
        Case(state(.endpointBuffering, 5, 5), state(.endpointPublishing, 5, 6), .news, ["ingress_started"]),
        Case(state(.endpointPublishing, 5, 6), state(.endpointPublishing, 5, 7), .news),
        Case(state(.endpointPublishing, 5, 7), state(.endpointInactive, 5, 8), .news, ["ingress_ended"]),
        Case(state(.endpointPublishing, 5, 7), state(.endpointComplete, 5, 8), .news, ["ingress_ended"]),
        Case(state(.endpointPublishing, 5, 7), state(.endpointError, 5, 8), .news, ["ingress_ended"]),
        Case(state(.endpointBuffering, 5, 7), state(.endpointError, 5, 8), .news, ["ingress_ended"]),
        Case(state(.endpointBuffering, 5, 7), state(.endpointInactive, 5, 8), .news, ["ingress_ended"]),
        Case(state(.endpointInactive), state(.endpointError, 5, 5), .news, ["ingress_ended"]),
        Case(state(.endpointInactive), state(.endpointPublishing, 5, 5), .news, ["ingress_started"]),
        // Its process was started again.
        Case(state(.endpointPublishing, 5, 6), state(.endpointBuffering, 5, 7), .news),
        // An end is told once.
        Case(state(.endpointError, 5, 6), state(.endpointInactive, 5, 7), .news),
        Case(state(.endpointInactive, 5, 6), state(.endpointError, 5, 7), .news),
        // Late, and twice.
        Case(state(.endpointPublishing, 5, 6), state(.endpointBuffering, 5, 5), .nothing),
        Case(state(.endpointInactive, 5, 6), state(.endpointPublishing, 5, 5), .nothing),
        Case(state(.endpointPublishing, 5, 6), state(.endpointPublishing, 5, 6), .nothing),
        Case(state(.endpointBuffering, 5, 5), state(.endpointPublishing, 5, 5), .news, ["ingress_started"]),
        // A session that a newer one has followed.
        Case(state(.endpointPublishing, 9, 9), state(.endpointInactive, 5, 20), .olderSession),
        Case(state(.endpointInactive, 9, 10), state(.endpointPublishing, 5, 20), .olderSession),
        Case(state(.endpointInactive, 9, 10), state(.endpointInactive), .olderSession),
        // A newer session, after or over another.
        Case(state(.endpointInactive, 5, 8), state(.endpointBuffering, 9, 9), .news),
        Case(state(.endpointError, 5, 8), state(.endpointBuffering, 9, 9), .news),
        Case(state(.endpointComplete, 5, 8), state(.endpointPublishing, 9, 9), .news, ["ingress_started"]),
        Case(state(.endpointBuffering, 5, 5), state(.endpointBuffering, 9, 9), .news),
        Case(state(.endpointPublishing, 5, 8), state(.endpointBuffering, 9, 9), .news, ["ingress_ended"]),
        Case(
            state(.endpointPublishing, 5, 8),
            state(.endpointPublishing, 9, 9),
            .news,
            ["ingress_ended", "ingress_started"]
        ),
        Case(state(.endpointInactive, 5, 8), state(.endpointInactive, 9, 9), .news),
    ]

    @Test("goes by the order of sessions and, within one, of updates", arguments: cases)
    func change(of situation: Case) {
        let change = IngressStateChange(situation.report, to: situation.known)
        #expect(change.verdict == situation.verdict)
        #expect(change.state == (situation.verdict == .news ? situation.report : situation.known))
        #expect(change.events.map(\.name) == situation.events)
    }

    @Test("the first error of a session stays, that of another does not")
    func firstError() {
        let known = Self.state(.endpointError, 5, 5, error: "source encoder not ready")
        let second = IngressStateChange(Self.state(.endpointError, 5, 6, error: "room disconnected"), to: known)
        #expect(second.state.error == "source encoder not ready" && second.state.updatedAt == 6)
        let other = IngressStateChange(Self.state(.endpointError, 7, 7, error: "room disconnected"), to: known)
        #expect(other.state.error == "room disconnected")
    }

    @Test("the session that is taken over is told as ended when the other began")
    func takenOver() {
        var known = Self.state(.endpointPublishing, 5, 6)
        known.resourceID = "RT_1"
        var report = Self.state(.endpointPublishing, 9, 10)
        report.resourceID = "RT_2"
        let events = IngressStateChange(report, to: known).events
        #expect(events.map(\.state.resourceID) == ["RT_1", "RT_2"])
        #expect(events.map(\.state.status) == [.endpointInactive, .endpointPublishing])
        #expect(events.first?.state.endedAt == 9)
    }
}
