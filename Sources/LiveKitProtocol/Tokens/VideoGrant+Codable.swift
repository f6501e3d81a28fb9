extension VideoGrant: Codable {
    private enum Key: String, CodingKey {
        case roomCreate, roomList, roomRecord, roomAdmin, roomJoin, room, destinationRoom
        case canPublish, canSubscribe, canPublishData, canPublishSources
        case canUpdateOwnMetadata, canSubscribeMetrics, canManageAgentSession
        case ingressAdmin, hidden, recorder, agent
    }

    /// Reads the grant; a wrong type is an error, a missing right its default, an unknown one ignored.
    public init(from decoder: any Decoder) throws {
        let claims = try decoder.container(keyedBy: Key.self)
        func flag(_ key: Key) throws -> Bool { try claims.decodeIfPresent(Bool.self, forKey: key) ?? false }
        roomCreate = try flag(.roomCreate)
        roomList = try flag(.roomList)
        roomRecord = try flag(.roomRecord)
        roomAdmin = try flag(.roomAdmin)
        roomJoin = try flag(.roomJoin)
        room = try claims.decodeIfPresent(String.self, forKey: .room) ?? ""
        destinationRoom = try claims.decodeIfPresent(String.self, forKey: .destinationRoom) ?? ""
        canPublish = try claims.decodeIfPresent(Bool.self, forKey: .canPublish)
        canSubscribe = try claims.decodeIfPresent(Bool.self, forKey: .canSubscribe)
        canPublishData = try claims.decodeIfPresent(Bool.self, forKey: .canPublishData)
        canPublishSources = try (claims.decodeIfPresent([String].self, forKey: .canPublishSources) ?? [])
            .map { Livekit_TrackSource(claim: $0) }
        canUpdateOwnMetadata = try claims.decodeIfPresent(Bool.self, forKey: .canUpdateOwnMetadata)
        canSubscribeMetrics = try claims.decodeIfPresent(Bool.self, forKey: .canSubscribeMetrics)
        canManageAgentSession = try claims.decodeIfPresent(Bool.self, forKey: .canManageAgentSession)
        ingressAdmin = try flag(.ingressAdmin)
        hidden = try flag(.hidden)
        recorder = try flag(.recorder)
        agent = try flag(.agent)
    }

    /// Writes the rights that are given or explicitly refused.
    public func encode(to encoder: any Encoder) throws {
        var claims = encoder.container(keyedBy: Key.self)
        func set(_ flag: Bool, _ key: Key) throws {
            if flag { try claims.encode(true, forKey: key) }
        }
        try set(roomCreate, .roomCreate)
        try set(roomList, .roomList)
        try set(roomRecord, .roomRecord)
        try set(roomAdmin, .roomAdmin)
        try set(roomJoin, .roomJoin)
        if !room.isEmpty { try claims.encode(room, forKey: .room) }
        if !destinationRoom.isEmpty { try claims.encode(destinationRoom, forKey: .destinationRoom) }
        try claims.encodeIfPresent(canPublish, forKey: .canPublish)
        try claims.encodeIfPresent(canSubscribe, forKey: .canSubscribe)
        try claims.encodeIfPresent(canPublishData, forKey: .canPublishData)
        if !canPublishSources.isEmpty { try claims.encode(canPublishSources.map(\.claim), forKey: .canPublishSources) }
        try claims.encodeIfPresent(canUpdateOwnMetadata, forKey: .canUpdateOwnMetadata)
        try claims.encodeIfPresent(canSubscribeMetrics, forKey: .canSubscribeMetrics)
        try claims.encodeIfPresent(canManageAgentSession, forKey: .canManageAgentSession)
        try set(ingressAdmin, .ingressAdmin)
        try set(hidden, .hidden)
        try set(recorder, .recorder)
        try set(agent, .agent)
    }
}

extension Livekit_TrackSource {
    /// The source a token names; `unknown` for a name LiveKit does not know.
    init(claim: String) {
        self = Self.allCases.first { $0.claim == claim.lowercased() } ?? .unknown
    }

    /// The name of the source in a token.
    var claim: String {
        switch self {
        case .camera: "camera"
        case .microphone: "microphone"
        case .screenShare: "screen_share"
        case .screenShareAudio: "screen_share_audio"
        case .unknown, .UNRECOGNIZED: "unknown"
        }
    }
}
