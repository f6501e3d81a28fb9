public import LiveKitProtocol

/// Someone in the room, as the server last described them.
public struct Participant: Sendable, Hashable {
    /// Names this presence in the room; a participant who leaves and returns has another.
    public var sid: ParticipantSID
    /// Names the person or machine; unique in the room.
    public var identity: String
    /// Name for display; may be empty.
    public var name: String
    /// What the application attached.
    public var metadata: String
    /// Keys and values the application attached.
    public var attributes: [String: String]
    /// Whether this is a person, an ingress, an egress, an agent and so on.
    public var kind: Livekit_ParticipantInfo.Kind
    /// How far the participant has come in joining.
    public var state: Livekit_ParticipantInfo.State
    /// When the participant joined, in milliseconds since 1970.
    public var joinedAtMilliseconds: Int64
    /// What the participant may do.
    public var permission: Livekit_ParticipantPermission
    /// Published tracks, in the server's order.
    public var tracks: [TrackInfo]
    /// The server's counter of changes: older descriptions are ignored.
    var version: UInt32

    /// The published track with this identifier.
    public func track(_ sid: TrackSID) -> TrackInfo? { tracks.first { $0.sid == sid } }

    /// Takes over a server's description; nil if it names no participant.
    init?(_ info: Livekit_ParticipantInfo) {
        guard !info.sid.isEmpty else { return nil }
        sid = ParticipantSID(rawValue: info.sid)
        identity = info.identity
        name = info.name
        metadata = info.metadata
        attributes = info.attributes
        kind = info.kind
        state = info.state
        joinedAtMilliseconds = info.joinedAtMs != 0 ? info.joinedAtMs : info.joinedAt &* 1000
        permission = info.permission
        tracks = info.tracks.prefix(RoomState.maximumTracksOfParticipant).compactMap(TrackInfo.init)
        version = info.version
    }
}
