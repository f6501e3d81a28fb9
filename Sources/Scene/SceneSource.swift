/// What a source is; a layout chooses and orders by it.
public enum SceneSourceKind: String, Hashable, Sendable, CaseIterable {
    /// A participant's camera, and the participant itself: it exists without a picture too.
    case camera
    /// A shared screen or window.
    case screenShare = "screen_share"
}

/// One thing that could be shown: a participant's camera or a shared screen, as it is at an instant.
public struct SceneSource: Sendable, Hashable {
    /// Stable identity of the source: the same participant's camera keeps it when the track is republished.
    public var id: String
    /// The participant the source belongs to.
    public var participantID: String
    /// The participant's identity in the room.
    public var identity: String
    /// The participant's display name; may be empty.
    public var name: String
    /// Camera or shared screen.
    public var kind: SceneSourceKind
    /// Whether a picture is being sent: a video track exists and is not muted.
    public var hasPicture: Bool
    /// The size of the picture, once known.
    public var pictureSize: SceneSize?
    /// Whether the participant is among the active speakers now.
    public var isSpeaking: Bool
    /// When the participant last was an active speaker, in seconds of the session; nil if never.
    public var lastSpokeAt: Double?
    /// The participant's place in the order of joining, smaller is earlier.
    public var joinedOrder: Int

    /// A source with everything a layout may ask about it.
    public init(
        id: String,
        participantID: String,
        identity: String,
        name: String,
        kind: SceneSourceKind,
        hasPicture: Bool,
        pictureSize: SceneSize? = nil,
        isSpeaking: Bool = false,
        lastSpokeAt: Double? = nil,
        joinedOrder: Int
    ) {
        self.id = id
        self.participantID = participantID
        self.identity = identity
        self.name = name
        self.kind = kind
        self.hasPicture = hasPicture
        self.pictureSize = pictureSize
        self.isSpeaking = isSpeaking
        self.lastSpokeAt = lastSpokeAt
        self.joinedOrder = joinedOrder
    }
}
