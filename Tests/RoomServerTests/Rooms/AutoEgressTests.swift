import LiveKitProtocol
import SwiftProtobuf
import Testing

@testable import RoomServer

@Suite("What a room records by itself")
struct AutoEgressTests {
    typealias Request = Rpc_StartEgressRequest.OneOf_Request

    private static func egress() -> Livekit_RoomEgress {
        .with {
            $0.room.layout = "speaker"
            $0.participant.preset = .h2641080P30
            $0.participant.fileOutputs = [.with { $0.filepath = "p/{publisher_identity}" }]
            $0.tracks.filepath = "t/x.mp4"
            $0.tracks.disableManifest = true
            $0.tracks.aliOss.bucket = "b"
        }
    }

    @Test("a new room starts its own egress, an old one none")
    func room() throws {
        let fixture = try RoomFixture()
        var asked: [(request: Request, room: String)] = []
        fixture.core.onAutoEgress = { request, _, room in asked.append((request, room)) }
        for _ in 0..<2 {
            _ = try fixture.core.createRoom(
                .with {
                    $0.name = "room"
                    $0.egress = Self.egress()
                }
            )
        }
        #expect(asked.map(\.room) == ["room"])
        guard case .roomComposite(let request)? = asked.first?.request else {
            Issue.record("no room composite")
            return
        }
        #expect(request.roomName == "room" && request.layout == "speaker")
    }

    @Test("a participant's first track starts its egress, and each track one of its own")
    func tracks() {
        var auto = AutoEgress(Self.egress())
        let first = auto.published("TR_1", of: "ada", "PA_1", room: "room")
        let second = auto.published("TR_2", of: "ada", "PA_1", room: "room")
        #expect(first.count == 2 && second.count == 1)
        guard case .participant(let participant)? = first.first, case .track(let track)? = second.first else {
            Issue.record("other requests: \(first) \(second)")
            return
        }
        #expect(participant.identity == "ada" && participant.preset == .h2641080P30 && participant.roomName == "room")
        #expect(participant.fileOutputs.map(\.filepath) == ["p/{publisher_identity}"])
        #expect(track.trackID == "TR_2" && track.file.filepath == "t/x-{track_id}.mp4")
        #expect(track.file.aliOss.bucket == "b" && track.file.disableManifest)
        auto.left("PA_1")
        #expect(auto.published("TR_3", of: "ada", "PA_1", room: "room").count == 2)
        var nothing = AutoEgress()
        #expect(nothing.published("TR_1", of: "ada", "PA_1", room: "room").isEmpty)
    }

    @Test(
        "the path of a track has the track in it",
        arguments: [
            ("", ""), ("folder/", "folder/"), ("a", "a-{track_id}"), ("a.mp4", "a-{track_id}.mp4"),
            ("v1.2/a", "v1.2/a-{track_id}"), ("x/{track_id}.ogg", "x/{track_id}.ogg"),
            ("x/.hidden", "x/.hidden-{track_id}"),
        ]
    )
    func paths(path: String, own: String) {
        #expect(AutoEgress.ownPath(path) == own)
    }
}
