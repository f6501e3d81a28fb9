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
        #expect(info.status == .egressActive && info.startedAt == 1_000 && info.fileResults[0].startedAt == 1_000)
        info.ending(at: 5_000)
        #expect(info.status == .egressEnding && !info.isOver)
        let file = RecordedFile(path: "/r/a.mp4", startedAt: 1_000, durationNanoseconds: 3_900, size: 77)
        info.conclude(.complete(.stopRequested), file: file, at: 6_000)
        #expect(info.status == .egressComplete && info.isOver)
        #expect(info.error.isEmpty && info.errorCode == 0)
        #expect(info.details == "End reason: StopEgress API")
        #expect(info.endedAt == 6_000 && info.updatedAt == 6_000)
        #expect(
            info.fileResults == [
                .with {
                    $0.filename = "a.mp4"
                    $0.location = "/r/a.mp4"
                    $0.startedAt = 1_000
                    $0.endedAt = 4_900
                    $0.duration = 3_900
                    $0.size = 77
                }
            ]
        )
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
        info.conclude(outcome, file: nil, at: 9)
        #expect(info.status == status && info.isOver)
        #expect(info.error == error && info.errorCode == code && info.details == details)
        #expect(info.fileResults[0].filename == "a.mp4" && info.fileResults[0].size == 0)
    }
}
