import LiveKitProtocol

/// Who is in the room and what they publish: takes the server's messages, says what changed.
struct RoomState {
    /// Participants kept; a server's rooms end far below.
    static let maximumParticipants = 10_000
    /// Tracks kept for one participant.
    static let maximumTracksOfParticipant = 200
    /// Layers kept for one track; the protocol knows three.
    static let maximumLayersOfTrack = 8

    /// The room.
    private(set) var room = Livekit_Room()
    /// This client's own participant; nil before the join.
    private(set) var local: Participant?
    /// Everyone else, in the order in which they were first seen.
    private(set) var participants: [Participant] = []
    private var speakers: [ParticipantSID: Float] = [:]
    /// After a resume, the next description that includes ourselves lists everyone who is left.
    private var awaitsSnapshot = false

    /// Takes over the answer to a join.
    ///
    /// The first one makes a single event; a later one says what changed meanwhile.
    mutating func join(_ response: Livekit_JoinResponse) -> [RoomEvent] {
        let isFirst = local == nil
        room = response.room
        awaitsSnapshot = false
        let others = response.otherParticipants.prefix(Self.maximumParticipants).compactMap(Participant.init)
        if isFirst, let own = Participant(response.participant) {
            local = own
            participants = others.filter { $0.sid != own.sid && $0.state != .disconnected }
            let version =
                response.serverInfo.version.isEmpty ? response.serverVersion : response.serverInfo.version
            return [
                .joined(
                    RoomSnapshot(room: room, localParticipant: own, participants: participants, serverVersion: version)
                )
            ]
        }
        // Another session: versions count from its own beginning.
        for index in participants.indices { participants[index].version = 0 }
        local?.version = 0
        let present = Set(others.map(\.sid))
        var events = participants.filter { !present.contains($0.sid) }.flatMap { remove($0.sid, .unknownReason) }
        events += describe(response.participant, isOwn: true)
        events += response.otherParticipants.flatMap { describe($0, isOwn: false) }
        events.append(.roomUpdated(room))
        return events
    }

    /// The session was resumed: what left meanwhile will be missing from the description that follows.
    mutating func resumed() { awaitsSnapshot = true }

    /// Takes over descriptions of participants.
    mutating func update(_ infos: [Livekit_ParticipantInfo]) -> [RoomEvent] {
        var events: [RoomEvent] = []
        if awaitsSnapshot, let own = local, infos.contains(where: { $0.sid == own.sid.rawValue }) {
            awaitsSnapshot = false
            let present = Set(infos.map(\.sid))
            let gone = participants.filter { !present.contains($0.sid.rawValue) }
            events += gone.flatMap { remove($0.sid, .unknownReason) }
        }
        for info in infos {
            let isOwn = info.sid == local?.sid.rawValue || (info.identity == local?.identity && !info.identity.isEmpty)
            events += describe(info, isOwn: isOwn)
        }
        return events
    }

    /// Takes over a change of the room.
    mutating func update(_ room: Livekit_Room) -> [RoomEvent] {
        self.room = room
        return [.roomUpdated(room)]
    }

    /// Takes over changes in who speaks.
    mutating func update(speakers changes: [Livekit_SpeakerInfo]) -> [RoomEvent] {
        for change in changes {
            let sid = ParticipantSID(rawValue: change.sid)
            speakers[sid] = change.active && isKnown(sid) ? max(0, min(1, change.level)) : nil
        }
        return [.activeSpeakers(activeSpeakers)]
    }

    /// The participant who publishes a track.
    func publisher(of track: TrackSID) -> Participant? {
        participants.first { $0.track(track) != nil }
    }

    /// A published track.
    func track(_ sid: TrackSID) -> TrackInfo? {
        publisher(of: sid)?.track(sid)
    }
}

extension RoomState {
    private var activeSpeakers: [ActiveSpeaker] {
        speakers.map { ActiveSpeaker(participant: $0.key, level: $0.value) }
            .sorted { ($1.level, $0.participant.rawValue) < ($0.level, $1.participant.rawValue) }
    }

    private func isKnown(_ sid: ParticipantSID) -> Bool {
        local?.sid == sid || participants.contains { $0.sid == sid }
    }

    private mutating func describe(_ info: Livekit_ParticipantInfo, isOwn: Bool) -> [RoomEvent] {
        guard let fresh = Participant(info) else { return [] }
        if isOwn { return describeOwn(fresh) }
        guard let index = participants.firstIndex(where: { $0.sid == fresh.sid }) else {
            guard fresh.state != .disconnected, participants.count < Self.maximumParticipants else { return [] }
            // The same identity under a new SID has replaced its former self.
            let former = participants.first { $0.identity == fresh.identity && !fresh.identity.isEmpty }
            let events = former.map { remove($0.sid, .duplicateIdentity) } ?? []
            participants.append(fresh)
            return events + [.participantJoined(fresh)] + fresh.tracks.map { .trackPublished(fresh.sid, $0) }
        }
        let known = participants[index]
        guard fresh.version == 0 || fresh.version >= known.version else { return [] }
        if fresh.state == .disconnected { return remove(fresh.sid, info.disconnectReason) }
        participants[index] = fresh
        return changes(from: known, to: fresh)
    }

    private mutating func describeOwn(_ fresh: Participant) -> [RoomEvent] {
        guard let known = local, fresh.version == 0 || fresh.version >= known.version else { return [] }
        guard fresh.state != .disconnected else { return [] }  // a `leave` says so, with what to do
        local = fresh
        return sameButForVersion(fresh, known) ? [] : [.localParticipantUpdated(fresh)]
    }

    private func changes(from known: Participant, to fresh: Participant) -> [RoomEvent] {
        var events: [RoomEvent] = []
        for track in known.tracks where fresh.track(track.sid) == nil {
            events.append(.trackUnpublished(fresh.sid, track.sid))
        }
        if !sameButForVersion(known, fresh) { events.append(.participantUpdated(fresh)) }
        for track in fresh.tracks {
            guard let before = known.track(track.sid) else {
                events.append(.trackPublished(fresh.sid, track))
                continue
            }
            if before != track { events.append(.trackUpdated(fresh.sid, track)) }
        }
        return events
    }

    /// Compares what describes the participant themselves: tracks have events of their own.
    private func sameButForVersion(_ a: Participant, _ b: Participant) -> Bool {
        var a = a
        a.version = b.version
        a.tracks = b.tracks
        return a == b
    }

    private mutating func remove(_ sid: ParticipantSID, _ reason: Livekit_DisconnectReason) -> [RoomEvent] {
        guard let index = participants.firstIndex(where: { $0.sid == sid }) else { return [] }
        let gone = participants.remove(at: index)
        var events: [RoomEvent] = gone.tracks.map { .trackUnpublished(sid, $0.sid) }
        if speakers.removeValue(forKey: sid) != nil { events.append(.activeSpeakers(activeSpeakers)) }
        events.append(.participantLeft(sid, reason: reason))
        return events
    }
}
