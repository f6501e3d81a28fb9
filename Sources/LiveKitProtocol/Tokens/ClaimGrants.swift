public import FoundationEssentials

/// Everything an access token says: who its bearer is and what they may do.
public struct ClaimGrants: Sendable, Hashable {
    /// Who the bearer is, unique in a room: the `sub` claim.
    public var identity = ""
    /// The name shown to others.
    public var name = ""
    /// What kind of participant the bearer is.
    public var kind = Livekit_ParticipantInfo.Kind.standard
    /// More about the kind.
    public var kindDetails: [Livekit_ParticipantInfo.KindDetail] = []
    /// Free text about the participant, for applications.
    public var metadata = ""
    /// Free pairs about the participant, for applications.
    public var attributes: [String: String] = [:]
    /// The Base64 SHA-256 of the body this token is bound to; empty when it is bound to none.
    public var sha256 = ""
    /// The name of the room configuration to create the room with.
    public var roomPreset = ""
    /// The configuration to create the room with.
    public var roomConfiguration: Livekit_RoomConfiguration?
    /// Rights on rooms.
    public var video: VideoGrant?
    /// Rights on telephony; carried, not used.
    public var sip: SIPGrant?
    /// Rights on hosted agents; carried, not used.
    public var agent: AgentGrant?
    /// Rights on hosted inference; carried, not used.
    public var inference: InferenceGrant?
    /// Rights on hosted observability; carried, not used.
    public var observability: ObservabilityGrant?
    /// When the token stops being valid; nil for grants that came from no token.
    public var expiresAt: Date?

    /// Makes grants that allow nothing.
    public init() {}
}
