import LiveKitProtocol

// What happens in rooms, as webhooks tell it. Events about tracks name room and participant, and nothing more of them.

extension RoomCore {
    /// Reports what happened to a room.
    func report(_ event: String, _ room: Room, endReason: Livekit_RoomEndReason = .roomEndUnknown) {
        var message = Livekit_WebhookEvent()
        message.event = event
        message.room = room.info
        message.roomEndReason = endReason
        onEvent(message)
    }
}

extension Participant {
    /// Reports what happened to the participant.
    func report(_ event: String) {
        var message = Livekit_WebhookEvent()
        message.event = event
        message.room = room.info
        message.participant = info
        room.core.onEvent(message)
    }

    /// Reports what happened to one of its tracks.
    func report(_ event: String, _ track: PublishedTrack) {
        var message = Livekit_WebhookEvent()
        message.event = event
        message.room.sid = room.sid.rawValue
        message.room.name = room.name
        message.participant.sid = sid.rawValue
        message.participant.identity = identity
        message.track = track.info
        room.core.onEvent(message)
    }
}
