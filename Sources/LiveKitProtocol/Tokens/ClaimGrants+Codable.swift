import SwiftProtobuf

// The identity and the expiry are not here: they are the `sub` and `exp` claims. A claim named `identity` is ignored,
// as LiveKit does, so nobody can contradict `sub` with it.
extension ClaimGrants: Codable {
    private enum Key: String, CodingKey {
        case name, kind, kindDetails, metadata, attributes, sha256, roomPreset, roomConfig
        case video, sip, agent, inference, observability
    }

    /// Reads the claims; a wrong type is an error, a missing one its default, an unknown one ignored.
    public init(from decoder: any Swift.Decoder) throws {
        self.init()
        let claims = try decoder.container(keyedBy: Key.self)
        name = try claims.decodeIfPresent(String.self, forKey: .name) ?? ""
        kind = try claims.decodeIfPresent(String.self, forKey: .kind).flatMap { .init(claim: $0) } ?? .standard
        kindDetails =
            try claims.decodeIfPresent([String].self, forKey: .kindDetails)?
            .compactMap { .init(claim: $0) } ?? []
        metadata = try claims.decodeIfPresent(String.self, forKey: .metadata) ?? ""
        attributes = try claims.decodeIfPresent([String: String].self, forKey: .attributes) ?? [:]
        sha256 = try claims.decodeIfPresent(String.self, forKey: .sha256) ?? ""
        roomPreset = try claims.decodeIfPresent(String.self, forKey: .roomPreset) ?? ""
        video = try claims.decodeIfPresent(VideoGrant.self, forKey: .video)
        sip = try claims.decodeIfPresent(SIPGrant.self, forKey: .sip)
        agent = try claims.decodeIfPresent(AgentGrant.self, forKey: .agent)
        inference = try claims.decodeIfPresent(InferenceGrant.self, forKey: .inference)
        observability = try claims.decodeIfPresent(ObservabilityGrant.self, forKey: .observability)
        if let json = try claims.decodeIfPresent(JSONValue.self, forKey: .roomConfig) {
            var options = JSONDecodingOptions()
            options.ignoreUnknownFields = true
            do {
                roomConfiguration = try Livekit_RoomConfiguration(jsonString: json.description, options: options)
            } catch {
                throw DecodingError.dataCorruptedError(
                    forKey: .roomConfig,
                    in: claims,
                    debugDescription: "not a RoomConfiguration: \(error)"
                )
            }
        }
    }

    /// Writes the claims that say something: what is empty is left out, to keep tokens short.
    public func encode(to encoder: any Swift.Encoder) throws {
        var claims = encoder.container(keyedBy: Key.self)
        func set(_ text: String, _ key: Key) throws {
            if !text.isEmpty { try claims.encode(text, forKey: key) }
        }
        try set(name, .name)
        if kind != .standard { try set(kind.claim, .kind) }
        if !kindDetails.isEmpty { try claims.encode(kindDetails.compactMap(\.claim), forKey: .kindDetails) }
        try set(metadata, .metadata)
        if !attributes.isEmpty { try claims.encode(attributes, forKey: .attributes) }
        try set(sha256, .sha256)
        try set(roomPreset, .roomPreset)
        try claims.encodeIfPresent(video, forKey: .video)
        try claims.encodeIfPresent(sip, forKey: .sip)
        try claims.encodeIfPresent(agent, forKey: .agent)
        try claims.encodeIfPresent(inference, forKey: .inference)
        try claims.encodeIfPresent(observability, forKey: .observability)
        if let roomConfiguration {
            try claims.encode(JSONValue(parsing: roomConfiguration.jsonString()), forKey: .roomConfig)
        }
    }
}
