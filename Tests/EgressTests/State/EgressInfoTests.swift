import LiveKitProtocol
import SwiftProtobuf
import Testing

@testable import Egress

@Suite("EgressInfo")
struct EgressInfoTests {
    private var starting: Livekit_EgressInfo {
        var info = Livekit_EgressInfo()
        info.egressID = "EG_1"
        info.fileResults = [.with { $0.filename = "a.mp4" }]
        return info
    }

    @Test("tells the times, the size and the reason of a complete recording")
    func complete() {
        var info = starting
        info.begin(at: 1_000)
        #expect(info.status == .egressActive && info.startedAt == 1_000)
        info.ending(at: 5_000)
        #expect(info.status == .egressEnding && !info.isOver)
        info.begin(at: 5_500)
        #expect(info.status == .egressEnding && info.startedAt == 1_000, "a state never goes backwards")
        info.note("passthrough: video H264")
        info.note("passthrough: video H264")
        info.conclude(.complete(.stopRequested), at: 6_000)
        #expect(info.status == .egressComplete && info.isOver)
        #expect(info.error.isEmpty && info.errorCode == 0)
        #expect(info.details == "End reason: StopEgress API; passthrough: video H264")
        #expect(info.endedAt == 6_000 && info.updatedAt == 6_000)
        info.conclude(.limitReached, at: 7_000)
        info.ending(at: 7_000)
        #expect(info.status == .egressComplete && info.endedAt == 6_000, "the end is the end")
    }

    @Test(
        "tells why nothing, or not everything, was recorded",
        arguments: [
            (
                JobStateMachine.Outcome.aborted(.noStartSignal, .stopRequested), Livekit_EgressStatus.egressAborted,
                "Start signal not received", Int32(412), "End reason: StopEgress API"
            ),
            (
                .failed(.connectionLost, .failure), .egressFailed,
                "recording ended early: connection to room failed", 503, "End reason: Failure"
            ),
            (
                .limitReached, .egressLimitReached, "Session limit reached", 413,
                "End reason: Session limit reached"
            ),
            (.failed(.frozen, .failure), .egressFailed, "pipeline frozen", 500, "End reason: Failure"),
        ]
    )
    func failed(
        outcome: JobStateMachine.Outcome,
        status: Livekit_EgressStatus,
        error: String,
        code: Int32,
        details: String
    ) {
        var info = starting
        info.conclude(outcome, at: 9)
        #expect(info.status == status && info.isOver)
        #expect(info.error == error && info.errorCode == code && info.details == details)
        #expect(info.fileResults[0].filename == "a.mp4" && info.fileResults[0].size == 0)
    }
}
