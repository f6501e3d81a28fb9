package import LiveKitProtocol

extension Livekit_SignalResponse {
    /// A response carrying this message.
    package init(_ message: OneOf_Message) {
        self.init()
        self.message = message
    }

    /// Changes of participants.
    package static func participants(_ participants: [Livekit_ParticipantInfo]) -> Livekit_SignalResponse {
        var update = Livekit_ParticipantUpdate()
        update.participants = participants
        return Livekit_SignalResponse(.update(update))
    }

    /// A change of the room.
    package static func room(_ room: Livekit_Room) -> Livekit_SignalResponse {
        var update = Livekit_RoomUpdate()
        update.room = room
        return Livekit_SignalResponse(.roomUpdate(update))
    }

    /// A track was accepted.
    package static func trackPublished(cid: String, track: Livekit_TrackInfo) -> Livekit_SignalResponse {
        var response = Livekit_TrackPublishedResponse()
        response.cid = cid
        response.track = track
        return Livekit_SignalResponse(.trackPublished(response))
    }

    /// The server has ended a track.
    package static func trackUnpublished(_ sid: TrackSID) -> Livekit_SignalResponse {
        var response = Livekit_TrackUnpublishedResponse()
        response.trackSid = sid.rawValue
        return Livekit_SignalResponse(.trackUnpublished(response))
    }

    /// Somebody has subscribed to a track for the first time.
    package static func trackSubscribed(_ sid: TrackSID) -> Livekit_SignalResponse {
        var response = Livekit_TrackSubscribed()
        response.trackSid = sid.rawValue
        return Livekit_SignalResponse(.trackSubscribed(response))
    }

    /// The server mutes or unmutes a track of the client.
    package static func mute(_ sid: TrackSID, muted: Bool) -> Livekit_SignalResponse {
        var request = Livekit_MuteTrackRequest()
        request.sid = sid.rawValue
        request.muted = muted
        return Livekit_SignalResponse(.mute(request))
    }

    /// The session ends, or has to be continued in another way.
    package static func leave(
        _ reason: Livekit_DisconnectReason,
        _ action: Livekit_LeaveRequest.Action
    ) -> Livekit_SignalResponse {
        var leave = Livekit_LeaveRequest()
        leave.reason = reason
        leave.action = action
        leave.canReconnect = action != .disconnect
        return Livekit_SignalResponse(.leave(leave))
    }

    /// A description the client has to answer, or the answer to its own.
    package static func description(
        type: String,
        sdp: String,
        id: UInt32,
        tracks: [String: String]
    ) -> Livekit_SignalResponse {
        var description = Livekit_SessionDescription()
        description.type = type
        description.sdp = sdp
        description.id = id
        description.midToTrackID = tracks
        return Livekit_SignalResponse(type == "offer" ? .offer(description) : .answer(description))
    }

    /// The client has to offer again, with this many more sections to receive on.
    package static func mediaSections(audio: Int, video: Int) -> Livekit_SignalResponse {
        var requirement = Livekit_MediaSectionsRequirement()
        requirement.numAudios = UInt32(clamping: audio)
        requirement.numVideos = UInt32(clamping: video)
        return Livekit_SignalResponse(.mediaSectionsRequirement(requirement))
    }

    /// Whether a publisher lets the client have a track.
    package static func subscriptionPermission(
        participant: ParticipantSID,
        track: TrackSID,
        allowed: Bool
    ) -> Livekit_SignalResponse {
        var update = Livekit_SubscriptionPermissionUpdate()
        update.participantSid = participant.rawValue
        update.trackSid = track.rawValue
        update.allowed = allowed
        return Livekit_SignalResponse(.subscriptionPermissionUpdate(update))
    }

    /// A subscription could not be made.
    package static func subscriptionFailed(_ sid: TrackSID, _ error: Livekit_SubscriptionError)
        -> Livekit_SignalResponse
    {
        var response = Livekit_SubscriptionResponse()
        response.trackSid = sid.rawValue
        response.err = error
        return Livekit_SignalResponse(.subscriptionResponse(response))
    }

    /// The outcome of a request, which is echoed.
    package static func outcome(
        _ reason: Livekit_RequestResponse.Reason,
        message: String = "",
        of request: Livekit_RequestResponse.OneOf_Request? = nil,
        id: UInt32 = 0
    ) -> Livekit_SignalResponse {
        var response = Livekit_RequestResponse()
        response.requestID = id
        response.reason = reason
        response.message = message
        response.request = request
        return Livekit_SignalResponse(.requestResponse(response))
    }
}
