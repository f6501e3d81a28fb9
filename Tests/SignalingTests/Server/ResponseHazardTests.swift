import LiveKitProtocol
import Signaling
import SwiftProtobuf
import Testing

@Suite("Responses that bring clients down")
struct ResponseHazardTests {
    private func participant(_ sid: String, tracks: [String] = []) -> Livekit_ParticipantInfo {
        var info = Livekit_ParticipantInfo()
        info.sid = sid
        info.tracks = tracks.map { sid in
            var track = Livekit_TrackInfo()
            track.sid = sid
            return track
        }
        return info
    }

    private func join(_ adjust: (inout Livekit_JoinResponse) -> Void) -> Livekit_SignalResponse {
        var join = Livekit_JoinResponse()
        join.room.sid = "RM_x"
        join.participant = participant("PA_x")
        join.pingInterval = 5
        join.pingTimeout = 15
        adjust(&join)
        return Livekit_SignalResponse(.join(join))
    }

    @Test("a join without a ping interval, a room or a proper participant")
    func joins() {
        #expect(ResponseHazard(in: join { _ in }) == nil)
        #expect(ResponseHazard(in: join { $0.pingInterval = 0 }) == .pingIntervalMissing)
        #expect(ResponseHazard(in: join { $0.clearRoom() }) == .roomMissing)
        #expect(ResponseHazard(in: join { $0.clearParticipant() }) == .participantSID(""))
        #expect(ResponseHazard(in: join { $0.otherParticipants = [participant("bob")] }) == .participantSID("bob"))
    }

    @Test("participants and tracks whose names have the wrong prefix")
    func names() {
        #expect(ResponseHazard(in: .participants([participant("PA_a", tracks: ["TR_a"])])) == nil)
        #expect(ResponseHazard(in: .participants([participant("")])) == .participantSID(""))
        #expect(ResponseHazard(in: .participants([participant("PA_a", tracks: ["x"])])) == .trackSID("x"))
        var speakers = Livekit_SpeakersChanged()
        speakers.speakers = [Livekit_SpeakerInfo.with { $0.sid = "x" }]
        #expect(ResponseHazard(in: Livekit_SignalResponse(.speakersChanged(speakers))) == .participantSID("x"))
        var qualities = Livekit_ConnectionQualityUpdate()
        qualities.updates = [Livekit_ConnectionQualityInfo()]
        #expect(ResponseHazard(in: Livekit_SignalResponse(.connectionQuality(qualities))) == .participantSID(""))
    }

    @Test("messages that lack what they are about")
    func missing() {
        #expect(ResponseHazard(in: Livekit_SignalResponse(.roomUpdate(Livekit_RoomUpdate()))) == .roomMissing)
        #expect(ResponseHazard(in: .room(Livekit_Room())) == nil)
        let published = Livekit_TrackPublishedResponse()
        #expect(ResponseHazard(in: Livekit_SignalResponse(.trackPublished(published))) == .trackMissing)
        #expect(ResponseHazard(in: .description(type: "answer", sdp: "", id: 1, tracks: [:])) == .descriptionMissing)
        #expect(ResponseHazard(in: .description(type: "offer", sdp: "v=0\r\n", id: 1, tracks: [:])) == nil)
    }

    @Test(
        "candidates that lack a key",
        arguments: [
            (#"{"candidate":"x","sdpMid":"0","sdpMLineIndex":0}"#, true),
            (#"{"candidate":"x","sdpMLineIndex":0}"#, false),
            (#"{"candidate":"x","sdpMid":"0"}"#, false),
            ("", false),
        ] as [(String, Bool)]
    )
    func candidates(text: String, isSafe: Bool) {
        let trickle = Livekit_TrickleRequest.with { $0.candidateInit = text }
        #expect((ResponseHazard(in: Livekit_SignalResponse(.trickle(trickle))) == nil) == isSafe)
    }
}
