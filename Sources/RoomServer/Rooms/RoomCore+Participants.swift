package import LiveKitProtocol
import Signaling
import SwiftProtobuf

// The methods of RoomService that concern participants. The edge has checked the caller's rights.

extension RoomCore {
    /// Everybody in a room.
    package func listParticipants(
        _ request: Livekit_ListParticipantsRequest
    ) throws(TwirpError) -> Livekit_ListParticipantsResponse {
        var response = Livekit_ListParticipantsResponse()
        // A room that does not exist has no participants: LiveKit answers with an empty list.
        response.participants = rooms[request.room]?.participants.map(\.info) ?? []
        return response
    }

    /// One participant.
    package func getParticipant(
        _ request: Livekit_RoomParticipantIdentity
    ) throws(TwirpError) -> Livekit_ParticipantInfo {
        try participant(request.identity, in: request.room).info
    }

    /// Disconnects a participant.
    package func removeParticipant(
        _ request: Livekit_RoomParticipantIdentity
    ) throws(TwirpError) -> Livekit_RemoveParticipantResponse {
        try participant(request.identity, in: request.room).close(.participantRemoved)
        return Livekit_RemoveParticipantResponse()
    }

    /// Mutes a track; unmutes it where that is allowed.
    package func mutePublishedTrack(
        _ request: Livekit_MuteRoomTrackRequest
    ) throws(TwirpError) -> Livekit_MuteRoomTrackResponse {
        let participant = try participant(request.identity, in: request.room)
        guard let track = participant.published[TrackSID(rawValue: request.trackSid)] else {
            throw TwirpError(.notFound, "track is not found")
        }
        guard request.muted || configuration.allowsRemoteUnmute else {
            throw TwirpError(.failedPrecondition, "remote unmute not enabled")
        }
        if track.info.muted != request.muted {
            track.info.muted = request.muted
            participant.send(.mute(track.sid, muted: request.muted))
            participant.changed()
        }
        var response = Livekit_MuteRoomTrackResponse()
        response.track = track.info
        return response
    }

    /// Changes a participant's name, metadata, attributes and rights.
    package func updateParticipant(
        _ request: Livekit_UpdateParticipantRequest
    ) throws(TwirpError) -> Livekit_ParticipantInfo {
        let participant = try participant(request.identity, in: request.room)
        let change = ProfileUpdate(name: request.name, metadata: request.metadata, attributes: request.attributes)
        let before = participant.profile
        do {
            try change.apply(to: &participant.profile)
        } catch {
            throw TwirpError(.invalidArgument, error.message)
        }
        let profileChanged = participant.profile != before
        if profileChanged { participant.changed() }
        if request.hasPermission {
            participant.setPermission(request.permission)
        } else if profileChanged {
            participant.refreshToken()
        }
        return participant.info
    }

    /// Subscribes a participant to tracks, or ends that.
    package func updateSubscriptions(
        _ request: Livekit_UpdateSubscriptionsRequest
    ) throws(TwirpError) -> Livekit_UpdateSubscriptionsResponse {
        let participant = try participant(request.identity, in: request.room)
        var update = Livekit_UpdateSubscription()
        update.trackSids = request.trackSids
        update.subscribe = request.subscribe
        update.participantTracks = request.participantTracks
        participant.updateSubscription(update)
        return Livekit_UpdateSubscriptionsResponse()
    }

    /// Sends data to a room or to some in it.
    package func sendData(_ request: Livekit_SendDataRequest) throws(TwirpError) -> Livekit_SendDataResponse {
        let room = try room(named: request.room)
        guard request.nonce.isEmpty || request.nonce.count == 16 else {
            throw TwirpError(.invalidArgument, "nonce has \(request.nonce.count) bytes, 16 or none are right")
        }
        guard request.data.count <= Participant.maximumDataPacket else {
            throw TwirpError(
                .invalidArgument,
                "data has \(request.data.count) bytes, at most \(Participant.maximumDataPacket) are possible"
            )
        }
        var user = Livekit_UserPacket()
        user.payload = request.data
        if request.hasTopic { user.topic = request.topic }
        user.destinationIdentities = request.destinationIdentities
        user.destinationSids = request.destinationSids
        user.nonce = request.nonce
        var packet = Livekit_DataPacket()
        packet.kind = request.kind == .lossy ? .lossy : .reliable
        packet.destinationIdentities = request.destinationIdentities
        packet.value = .user(user)
        guard let payload: [UInt8] = try? packet.serializedBytes() else {
            throw TwirpError(.internal, "the data packet could not be encoded")
        }
        room.route(
            payload,
            on: request.kind == .lossy ? .lossy : .reliable,
            to: DataStamp.Audience(
                identities: Set(request.destinationIdentities),
                sids: Set(request.destinationSids)
            ),
            from: nil
        )
        return Livekit_SendDataResponse()
    }

    private func participant(_ identity: String, in name: String) throws(TwirpError) -> Participant {
        guard let participant = rooms[name]?.participant(identity: identity) else {
            throw TwirpError(.notFound, "participant does not exist")
        }
        return participant
    }
}
