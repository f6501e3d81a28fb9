import LiveKitProtocol
import Testing

@testable import Egress

@Suite("What a report changes")
struct EgressChangeTests {
    static func info(_ status: Livekit_EgressStatus, _ updatedAt: Int64 = 1, _ details: String = "")
        -> Livekit_EgressInfo
    {
        var info = Livekit_EgressInfo()
        info.egressID = "EG_1"
        info.roomName = "standup"
        info.status = status
        info.updatedAt = updatedAt
        info.details = details
        return info
    }

    @Test(
        "goes forward only, and is told once",
        arguments: [
            (Livekit_EgressInfo?.none, info(.egressStarting), ["egress_started"], true),
            (.none, info(.egressActive), ["egress_started", "egress_updated"], true),
            (.none, info(.egressFailed), ["egress_started", "egress_ended"], true),
            (info(.egressStarting), info(.egressActive, 2), ["egress_updated"], true),
            (info(.egressActive), info(.egressEnding, 2), ["egress_updated"], true),
            (info(.egressActive), info(.egressActive, 2, "x"), ["egress_updated"], true),
            (info(.egressEnding), info(.egressComplete, 2), ["egress_ended"], true),
            (info(.egressStarting), info(.egressAborted, 2), ["egress_ended"], true),
            (info(.egressActive), info(.egressLimitReached, 2), ["egress_ended"], true),
            (info(.egressStarting), info(.egressStarting, 2, "x"), [], true),
            (info(.egressComplete), info(.egressActive, 9), [], false),
            (info(.egressComplete), info(.egressComplete, 9), [], false),
            (info(.egressFailed), info(.egressComplete, 9), [], false),
            (info(.egressEnding), info(.egressActive, 9), [], false),
            (info(.egressActive), info(.egressStarting, 9), [], false),
            (info(.egressActive, 5), info(.egressActive, 4, "x"), [], false),
            (info(.egressActive, 5), info(.egressActive, 5), [], false),
        ]
    )
    func rules(known: Livekit_EgressInfo?, report: Livekit_EgressInfo, events: [String], isNews: Bool) {
        let change = EgressChange(report, to: known)
        #expect(change.events == events)
        #expect((change.stored != nil) == isNews)
    }

    @Test("keeps what a report leaves out")
    func leftOut() throws {
        var known = Self.info(.egressStarting)
        known.roomID = "RM_1"
        known.startedAt = 7
        known.request = .track(Livekit_TrackEgressRequest())
        var report = Self.info(.egressActive, 2)
        report.roomName = ""
        let stored = try #require(EgressChange(report, to: known).stored)
        #expect(stored.roomName == "standup" && stored.roomID == "RM_1" && stored.startedAt == 7)
        #expect(stored.request == known.request)
    }
}
