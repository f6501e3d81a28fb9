import LiveKitProtocol
import MediaWire
import RoomClient
import Scene

extension RoomModel {
    /// Takes over an event of the room at `now`; false if nothing a recording shows has changed.
    mutating func apply(_ event: RoomEvent, at now: Instant) -> Bool {
        switch event {
        case .joined(let snapshot):
            for participant in snapshot.participants { add(participant) }
        case .participantJoined(let participant), .participantUpdated(let participant): update(Person(participant))
        case .participantLeft(let sid, _): remove(person: sid.rawValue)
        case .trackPublished(let sid, let info), .trackUpdated(let sid, let info): update(Track(info), of: sid.rawValue)
        case .trackUnpublished(let sid, let track): remove(track: track.rawValue, of: sid.rawValue)
        case .activeSpeakers(let speakers): speak(speakers.map(\.participant.rawValue), at: now.sceneSeconds)
        default: return false
        }
        return true
    }

    private mutating func add(_ participant: Participant) {
        update(Person(participant))
        for info in participant.tracks { update(Track(info), of: participant.sid.rawValue) }
    }
}

extension RoomModel.Person {
    init(_ participant: Participant) {
        self.init(
            sid: participant.sid.rawValue,
            identity: participant.identity,
            name: participant.name,
            hasTile: participant.kind.hasTile && !participant.permission.hidden && !participant.permission.recorder,
            tracks: [],
            kind: participant.kind
        )
    }
}

extension RoomModel.Track {
    init(_ info: TrackInfo) {
        let role: Role =
            switch (info.kind, info.source) {
            case (.audio, _): .sound
            case (.video, .screenShare): .screen
            case (.video, _): .camera
            }
        self.init(
            sid: info.sid.rawValue,
            role: role,
            isMuted: info.isMuted,
            size: info.width > 0 && info.height > 0 ? SceneSize(width: info.width, height: info.height) : nil,
            // A codec the server has not named yet may be one of ours.
            isReadable: !info.isEncrypted && (info.mimeType.isEmpty || info.codec != nil),
            origin: info.source,
            codec: info.codec
        )
    }
}

extension Livekit_ParticipantInfo.Kind {
    /// Agents speak and are heard, but an empty tile for each would only take room from people.
    fileprivate var hasTile: Bool {
        switch self {
        case .standard, .sip, .ingress: true
        default: false
        }
    }
}

extension Instant {
    /// The clock layouts count in.
    var sceneSeconds: Double { Double(nanoseconds) / 1e9 }
}
