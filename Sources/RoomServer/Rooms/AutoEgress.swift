import LiveKitProtocol

/// What is recorded of a room by itself, as it was created to be.
struct AutoEgress {
    /// For each participant, from its first track on.
    var participant: Livekit_AutoParticipantEgress?
    /// For each track.
    var tracks: Livekit_AutoTrackEgress?
    /// Those whose egress has been asked for.
    private var recorded: Set<ParticipantSID> = []

    init(_ egress: Livekit_RoomEgress? = nil) {
        guard let egress else { return }
        participant = egress.hasParticipant ? egress.participant : nil
        tracks = egress.hasTracks ? egress.tracks : nil
    }

    /// The egresses that a new track calls for.
    mutating func published(
        _ track: TrackSID,
        of identity: String,
        _ sid: ParticipantSID,
        room: String
    ) -> [Rpc_StartEgressRequest.OneOf_Request] {
        var requests: [Rpc_StartEgressRequest.OneOf_Request] = []
        if let participant, recorded.insert(sid).inserted {
            requests.append(.participant(Self.request(participant, identity: identity, room: room)))
        }
        if let tracks { requests.append(.track(Self.request(tracks, track: track, room: room))) }
        return requests
    }

    /// A participant has left.
    mutating func left(_ sid: ParticipantSID) {
        recorded.remove(sid)
    }

    private static func request(
        _ auto: Livekit_AutoParticipantEgress,
        identity: String,
        room: String
    ) -> Livekit_ParticipantEgressRequest {
        var request = Livekit_ParticipantEgressRequest()
        request.roomName = room
        request.identity = identity
        switch auto.options {
        case .preset(let preset)?: request.options = .preset(preset)
        case .advanced(let options)?: request.options = .advanced(options)
        case nil: break
        }
        request.fileOutputs = auto.fileOutputs
        request.segmentOutputs = auto.segmentOutputs
        return request
    }

    private static func request(
        _ auto: Livekit_AutoTrackEgress,
        track: TrackSID,
        room: String
    ) -> Livekit_TrackEgressRequest {
        var file = Livekit_DirectFileOutput()
        file.filepath = ownPath(auto.filepath)
        file.disableManifest = auto.disableManifest
        switch auto.output {
        case .s3(let upload)?: file.output = .s3(upload)
        case .gcp(let upload)?: file.output = .gcp(upload)
        case .azure(let upload)?: file.output = .azure(upload)
        case .aliOss(let upload)?: file.output = .aliOss(upload)
        case nil: break
        }
        var request = Livekit_TrackEgressRequest()
        request.roomName = room
        request.trackID = track.rawValue
        request.output = .file(file)
        return request
    }

    /// The path with the track's identifier in it, so that tracks do not overwrite each other.
    static func ownPath(_ path: String) -> String {
        if path.isEmpty || path.hasSuffix("/") || path.contains("{track_id}") { return path }
        let name = path.lastIndex(of: "/").map { path.index(after: $0) } ?? path.startIndex
        guard let dot = path[name...].lastIndex(of: "."), dot > name else { return path + "-{track_id}" }
        return path[..<dot] + "-{track_id}" + path[dot...]
    }
}

extension RoomCore {
    /// Asks for what a new room is to record as a whole.
    func startAutoEgress(_ egress: Livekit_RoomEgress, in room: Room) {
        guard egress.hasRoom else { return }
        var request = egress.room
        request.roomName = room.name
        onAutoEgress(.roomComposite(request), room.sid.rawValue, room.name)
    }
}

extension Participant {
    /// Asks for what is to be recorded of a track that has just been published.
    func startAutoEgress(of track: PublishedTrack) {
        // A recorder that publishes must not record itself.
        guard profile.kind != .egress else { return }
        for request in room.autoEgress.published(track.sid, of: identity, sid, room: room.name) {
            room.core.onAutoEgress(request, room.sid.rawValue, room.name)
        }
    }
}
