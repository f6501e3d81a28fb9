public import FoundationEssentials

/// An access token being made: who it is for, what it grants and how long it is valid.
public struct AccessToken: Sendable, Hashable {
    /// How long a token is valid unless said otherwise: six hours, as in LiveKit's SDKs.
    public static let defaultTimeToLive: TimeInterval = 6 * 60 * 60

    /// What the token says; its `identity` becomes the `sub` claim.
    public var grants: ClaimGrants
    /// How long the token is valid, in seconds.
    public var timeToLive: TimeInterval

    /// Makes a token from all its claims.
    public init(grants: ClaimGrants, timeToLive: TimeInterval = Self.defaultTimeToLive) {
        self.grants = grants
        self.timeToLive = timeToLive
    }

    /// Makes a token for a participant, or for a caller of the server APIs when the identity is empty.
    public init(
        identity: String,
        name: String = "",
        video: VideoGrant,
        timeToLive: TimeInterval = Self.defaultTimeToLive
    ) {
        var grants = ClaimGrants()
        grants.identity = identity
        grants.name = name
        grants.video = video
        self.init(grants: grants, timeToLive: timeToLive)
    }

    /// The signed token; `now` is the present unless a test says otherwise.
    public func signed(key: String, secret: String, now: Date? = nil) -> String {
        let now = (now ?? Date()).timeIntervalSince1970.rounded(.down)
        let claims = Claims(
            registered: RegisteredClaims(
                iss: key,
                sub: grants.identity.isEmpty ? nil : grants.identity,
                nbf: now,
                exp: (now + timeToLive).rounded(.down)
            ),
            grants: grants
        )
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard let payload = try? encoder.encode(claims) else {
            preconditionFailure("claims are strings, flags and finite numbers: they always encode")
        }
        return JSONWebToken.sign(payload: payload, secret: secret)
    }

    /// The signed token, with an API key of the server.
    public func signed(with pair: APIKeys.Pair, now: Date? = nil) -> String {
        signed(key: pair.key, secret: pair.secret, now: now)
    }

    private struct Claims: Encodable {
        var registered: RegisteredClaims
        var grants: ClaimGrants

        func encode(to encoder: any Encoder) throws {
            try registered.encode(to: encoder)
            try grants.encode(to: encoder)
        }
    }
}
