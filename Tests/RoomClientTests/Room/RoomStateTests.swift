import LiveKitProtocol
import Testing

@testable import RoomClient

private func track(_ sid: String, muted: Bool = false, type: Livekit_TrackType = .video) -> Livekit_TrackInfo {
    var info = Livekit_TrackInfo()
    info.sid = sid
    info.type = type
    info.muted = muted
    info.mimeType = type == .video ? "video/VP8" : "audio/opus"
    return info
}

private func participant(
    _ sid: String,
    identity: String? = nil,
    version: UInt32 = 1,
    state: Livekit_ParticipantInfo.State = .active,
    metadata: String = "",
    tracks: [Livekit_TrackInfo] = []
) -> Livekit_ParticipantInfo {
    var info = Livekit_ParticipantInfo()
    info.sid = sid
    info.identity = identity ?? sid
    info.version = version
    info.state = state
    info.metadata = metadata
    info.tracks = tracks
    return info
}

/// Events in words.
private func words(_ events: [RoomEvent]) -> [String] {
    events.map { event in
        switch event {
        case .joined(let snapshot): "joined with \(snapshot.participants.map(\.sid.rawValue))"
        case .participantJoined(let participant): "+\(participant.sid)"
        case .participantUpdated(let participant): "~\(participant.sid)"
        case .participantLeft(let sid, let reason): "-\(sid) \(reason.rawValue)"
        case .trackPublished(let sid, let track): "+\(sid)/\(track.sid)"
        case .trackUpdated(let sid, let track): "~\(sid)/\(track.sid) \(track.isMuted ? "muted" : "unmuted")"
        case .trackUnpublished(let sid, let track): "-\(sid)/\(track)"
        case .activeSpeakers(let speakers): "speakers \(speakers.map { "\($0.participant) \($0.level)" })"
        case .roomUpdated: "room"
        case .localParticipantUpdated(let participant): "~self \(participant.metadata)"
        default: "other"
        }
    }
}

private func joined(_ others: [Livekit_ParticipantInfo]) -> RoomState {
    var state = RoomState()
    _ = state.join(response(others))
    return state
}

private func response(_ others: [Livekit_ParticipantInfo]) -> Livekit_JoinResponse {
    var response = Livekit_JoinResponse()
    response.participant = participant("PA_self")
    response.otherParticipants = others
    return response
}

@Suite struct RoomStateTests {
    @Test func `the first join makes one event with everyone in it`() {
        var state = RoomState()
        let events = state.join(response([participant("PA_a", tracks: [track("TR_1")]), participant("PA_b")]))
        #expect(words(events) == [#"joined with ["PA_a", "PA_b"]"#])
        #expect(state.publisher(of: "TR_1")?.sid == "PA_a")
        #expect(state.local?.sid == "PA_self")
    }

    @Test func `a newcomer is announced before their tracks`() {
        var state = joined([])
        let events = state.update([participant("PA_a", tracks: [track("TR_1"), track("TR_2")])])
        #expect(words(events) == ["+PA_a", "+PA_a/TR_1", "+PA_a/TR_2"])
    }

    @Test func `only what changed is reported`() {
        var state = joined([participant("PA_a", tracks: [track("TR_1"), track("TR_2")])])
        #expect(words(state.update([participant("PA_a", version: 2, tracks: [track("TR_1"), track("TR_2")])])) == [])
        let muted = participant("PA_a", version: 3, tracks: [track("TR_1", muted: true), track("TR_3")])
        #expect(words(state.update([muted])) == ["-PA_a/TR_2", "~PA_a/TR_1 muted", "+PA_a/TR_3"])
        let renamed = participant(
            "PA_a",
            version: 4,
            metadata: "m",
            tracks: [track("TR_1", muted: true), track("TR_3")]
        )
        #expect(words(state.update([renamed])) == ["~PA_a"])
    }

    @Test func `an older description is ignored`() {
        var state = joined([participant("PA_a", version: 5, tracks: [track("TR_1")])])
        #expect(words(state.update([participant("PA_a", version: 4)])) == [])
        #expect(state.track("TR_1") != nil)
    }

    @Test func `who leaves takes their tracks along`() {
        var state = joined([participant("PA_a", tracks: [track("TR_1")])])
        var left = participant("PA_a", version: 2, state: .disconnected)
        left.disconnectReason = .clientInitiated
        #expect(words(state.update([left])) == ["-PA_a/TR_1", "-PA_a 1"])
        #expect(words(state.update([left])) == [])
    }

    @Test func `an identity that returns replaces its former self`() {
        var state = joined([participant("PA_a", identity: "ann", tracks: [track("TR_1")])])
        let events = state.update([participant("PA_b", identity: "ann", tracks: [track("TR_2")])])
        #expect(words(events) == ["-PA_a/TR_1", "-PA_a 2", "+PA_b", "+PA_b/TR_2"])
    }

    @Test func `a second join says what changed meanwhile`() {
        var state = joined([
            participant("PA_a", version: 9, tracks: [track("TR_1")]), participant("PA_b", tracks: [track("TR_2")]),
        ])
        let events = state.join(
            response([participant("PA_a", tracks: [track("TR_1"), track("TR_3")]), participant("PA_c")])
        )
        #expect(words(events) == ["-PA_b/TR_2", "-PA_b 0", "+PA_a/TR_3", "+PA_c", "room"])
    }

    @Test func `after a resume those missing from the whole picture have left`() {
        var state = joined([participant("PA_a"), participant("PA_b")])
        state.resumed()
        #expect(words(state.update([participant("PA_a", version: 2, metadata: "m")])) == ["~PA_a"])
        let events = state.update([participant("PA_self", version: 2), participant("PA_a", version: 3, metadata: "m")])
        #expect(words(events) == ["-PA_b 0"])
        #expect(words(state.update([participant("PA_self", version: 3)])) == [])
    }

    @Test func `our own changes are told apart`() {
        var state = joined([])
        #expect(words(state.update([participant("PA_self", version: 2, metadata: "new")])) == ["~self new"])
        #expect(state.participants.isEmpty)
    }

    @Test func `speakers are kept in order of loudness until they stop`() {
        var state = joined([participant("PA_a"), participant("PA_b")])
        func speaker(_ sid: String, _ level: Float, _ active: Bool = true) -> Livekit_SpeakerInfo {
            var info = Livekit_SpeakerInfo()
            info.sid = sid
            info.level = level
            info.active = active
            return info
        }
        #expect(
            words(state.update(speakers: [speaker("PA_a", 0.25), speaker("PA_b", 0.5), speaker("PA_unknown", 1)]))
                == [#"speakers ["PA_b 0.5", "PA_a 0.25"]"#]
        )
        #expect(words(state.update(speakers: [speaker("PA_b", 0, false)])) == [#"speakers ["PA_a 0.25"]"#])
        var left = participant("PA_a", version: 2, state: .disconnected)
        left.disconnectReason = .clientInitiated
        #expect(words(state.update([left])) == ["speakers []", "-PA_a 1"])
    }

    @Test func `descriptions that name nobody are dropped`() {
        var state = joined([])
        #expect(
            words(state.update([participant("", identity: "x"), participant("PA_a", tracks: [track("")])])) == ["+PA_a"]
        )
    }
}
