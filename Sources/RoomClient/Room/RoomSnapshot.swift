public import LiveKitProtocol

/// The room as a client found it.
public struct RoomSnapshot: Sendable {
    /// The room.
    public var room: Livekit_Room
    /// This client's own participant.
    public var localParticipant: Participant
    /// Everyone else this client may see.
    public var participants: [Participant]
    /// Version of the server.
    public var serverVersion: String
}
