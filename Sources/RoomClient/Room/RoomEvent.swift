public import LiveKitProtocol

/// Something that happened in the room.
public enum RoomEvent: Sendable {
    /// The client is in the room. Comes once; what a later reconnect finds changed comes as single events.
    case joined(RoomSnapshot)
    /// Someone came. Their tracks follow as `trackPublished`.
    case participantJoined(Participant)
    /// Someone's name, metadata, attributes, permissions or state changed.
    case participantUpdated(Participant)
    /// Someone left. Their tracks were reported as `trackUnpublished` before.
    case participantLeft(ParticipantSID, reason: Livekit_DisconnectReason)
    /// A track can be subscribed.
    case trackPublished(ParticipantSID, TrackInfo)
    /// A track was muted, unmuted, resized, renamed or the like.
    case trackUpdated(ParticipantSID, TrackInfo)
    /// A track is gone.
    case trackUnpublished(ParticipantSID, TrackSID)
    /// Who speaks now, the loudest first; the level is 0 to 1.
    case activeSpeakers([ActiveSpeaker])
    /// The room's metadata, counts or recording state changed.
    case roomUpdated(Livekit_Room)
    /// This client's own metadata, attributes or permissions changed.
    case localParticipantUpdated(Participant)
    /// A message arrived.
    case data(DataMessage)
    /// A track that was asked for will not come; the text says why.
    case subscriptionFailed(TrackSID, reason: String)
    /// The server pauses or resumes sending a subscribed track for want of bandwidth.
    case streamPaused(TrackSID, isPaused: Bool)
    /// The server muted or unmuted a track of ours.
    case localTrackMuted(TrackSID, isMuted: Bool)
    /// The server ended a track of ours.
    case localTrackUnpublished(TrackSID)
    /// The connection was lost and is being restored, or is whole again.
    case connectionState(ConnectionState)
    /// The session is over; no event follows.
    case disconnected(Livekit_DisconnectReason, text: String)

    /// Whether the session is whole.
    public enum ConnectionState: Sendable, Hashable {
        /// Being restored; media may stop for a while.
        case reconnecting
        /// Whole again.
        case reconnected
    }
}

/// One of those who speak.
public struct ActiveSpeaker: Sendable, Hashable {
    /// Who speaks.
    public var participant: ParticipantSID
    /// How loud, 0 to 1.
    public var level: Float
}
