/// The rights on rooms an access token carries: its `video` claim.
///
/// Rights within a room come in three states there: what the token leaves out has a default of its own. The stored
/// properties say what the token says; `mayPublish` and its neighbours say what follows from it.
public struct VideoGrant: Sendable, Hashable {
    /// May create and delete rooms.
    public var roomCreate = false
    /// May list rooms.
    public var roomList = false
    /// May start, change and stop egress.
    public var roomRecord = false
    /// May manage the participants of `room`.
    public var roomAdmin = false
    /// May join `room`.
    public var roomJoin = false
    /// The room the rights on a room are for; empty for every room a join names.
    public var room = ""
    /// The room participants may be moved or forwarded to.
    public var destinationRoom = ""
    /// Whether tracks may be published; nil means yes.
    public var canPublish: Bool?
    /// Whether tracks may be subscribed to; nil means yes.
    public var canSubscribe: Bool?
    /// Whether data may be sent; nil means the same as `canPublish`.
    public var canPublishData: Bool?
    /// The only sources that may be published; empty means every source.
    ///
    /// A name LiveKit does not know is `unknown`, and restricts all the same.
    public var canPublishSources: [Livekit_TrackSource] = []
    /// Whether the participant may change its own name, metadata and attributes; nil means no.
    public var canUpdateOwnMetadata: Bool?
    /// Whether measurements of others may be subscribed to; nil means no.
    public var canSubscribeMetrics: Bool?
    /// Whether the session of an agent may be managed; nil means no.
    public var canManageAgentSession: Bool?
    /// May manage ingress.
    public var ingressAdmin = false
    /// Others do not see the participant.
    public var hidden = false
    /// The participant records the room.
    public var recorder = false
    /// May register as an agent worker.
    public var agent = false

    /// Makes a grant of nothing.
    public init() {}

    /// A grant to join a room and do there what participants usually do.
    public static func join(_ room: String) -> VideoGrant {
        var grant = VideoGrant()
        grant.roomJoin = true
        grant.room = room
        return grant
    }
}

extension VideoGrant {
    /// Whether tracks may be published.
    public var mayPublish: Bool { canPublish ?? true }

    /// Whether tracks may be subscribed to.
    public var maySubscribe: Bool { canSubscribe ?? true }

    /// Whether data may be sent.
    public var mayPublishData: Bool { canPublishData ?? mayPublish }

    /// Whether the participant may change its own name, metadata and attributes.
    public var mayUpdateOwnMetadata: Bool { canUpdateOwnMetadata ?? false }

    /// Whether a track of this source may be published.
    public func mayPublish(_ source: Livekit_TrackSource) -> Bool {
        mayPublish && (canPublishSources.isEmpty || canPublishSources.contains(source))
    }

    /// The permission others are told, and clients find in their own `ParticipantInfo`.
    public var permission: Livekit_ParticipantPermission {
        get {
            var permission = Livekit_ParticipantPermission()
            permission.canSubscribe = maySubscribe
            permission.canPublish = mayPublish
            permission.canPublishData = mayPublishData
            permission.canPublishSources = canPublishSources
            permission.canUpdateMetadata = mayUpdateOwnMetadata
            permission.canSubscribeMetrics = canSubscribeMetrics ?? false
            permission.canManageAgentSession = canManageAgentSession ?? false
            permission.hidden = hidden
            permission.recorder = recorder
            permission.agent = agent
            return permission
        }
        set {
            canSubscribe = newValue.canSubscribe
            canPublish = newValue.canPublish
            canPublishData = newValue.canPublishData
            canPublishSources = newValue.canPublishSources
            canUpdateOwnMetadata = newValue.canUpdateMetadata
            canSubscribeMetrics = newValue.canSubscribeMetrics
            canManageAgentSession = newValue.canManageAgentSession
            hidden = newValue.hidden
            recorder = newValue.recorder
            agent = newValue.agent
        }
    }
}
