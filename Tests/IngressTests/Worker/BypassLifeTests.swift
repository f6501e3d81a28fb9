import LiveKitProtocol
import SwiftProtobuf
import Testing

@testable import Ingress

@Suite("The life of a session whose media goes through")
struct BypassLifeTests {
    @Test(
        "ends as it came to it",
        arguments: [
            (.deleted, .endpointInactive, ""), (.lost("silence"), .endpointInactive, ""),
            (.closed("the worker ends"), .endpointInactive, ""),
            (.neverStarted("no media"), .endpointError, "source encoder not ready: no media"),
            (.roomDisconnected("kicked"), .endpointError, "room disconnected: kicked"),
        ] as [(WHIPEnd, Livekit_IngressState.Status, String)]
    )
    func ends(end: WHIPEnd, status: Livekit_IngressState.Status, error: String) {
        var life = BypassLife(resource: "WH_1", startedAt: 10)
        #expect(life.state.status == .endpointBuffering && life.state.resourceID == "WH_1")
        life.publishing([.with { $0.sid = "TR_1" }], room: "RM_1", at: 20)
        #expect(life.state.roomID == "RM_1")
        var input = WHIPInputState()
        input.audio = .with { $0.mimeType = "audio/opus" }
        life.arrives(input, at: 30)
        input.audio = nil
        life.arrives(input, at: 15)
        #expect(life.state.status == .endpointPublishing && life.state.tracks.map(\.sid) == ["TR_1"])
        #expect(life.state.audio.mimeType == "audio/opus" && life.state.updatedAt == 30 && life.state.startedAt == 10)
        life.ended(end, at: 40)
        #expect(life.isOver && life.state.status == status && life.state.error == error)
        #expect(life.state.endedAt == 40 && life.state.updatedAt == 40)
        life.publishing([], room: "RM_1", at: 50)
        life.ended(.roomDisconnected("later"), at: 60)
        #expect(life.state.status == status && life.state.endedAt == 40)
    }
}
