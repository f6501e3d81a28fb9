public import FoundationEssentials

/// Checks access tokens against the configured API keys.
public struct TokenVerifier: Sendable {
    /// How far clocks may differ, in seconds: LiveKit's own allowance.
    public static let leeway: TimeInterval = 60

    /// The keys tokens may be signed with.
    public let keys: APIKeys

    /// Makes a verifier for these keys.
    public init(keys: APIKeys) {
        self.keys = keys
    }

    /// Checks a token and returns what it grants; `now` is the present unless a test says otherwise.
    ///
    /// The order of the checks is LiveKit's, so that the same token is refused with the same text: form, issuer,
    /// signature, times, claims.
    public func verify(_ token: String, now: Date? = nil) throws(TokenError) -> ClaimGrants {
        let parsed = try JSONWebToken(parsing: token)
        let payload = Data(parsed.payload)
        let registered: RegisteredClaims = try Self.decode(payload)
        guard let issuer = registered.iss, let secret = keys[issuer] else { throw .unknownKey }
        guard parsed.isSigned(with: secret) else { throw .badSignature }

        let now = (now ?? Date()).timeIntervalSince1970
        guard let expiry = registered.exp else { throw .withoutExpiry }
        guard now < expiry + Self.leeway else { throw .expired }
        if let notBefore = registered.nbf, now < notBefore - Self.leeway { throw .notYetValid }

        var grants: ClaimGrants = try Self.decode(payload)
        grants.identity = registered.sub.flatMap { $0.isEmpty ? nil : $0 } ?? registered.jti ?? ""
        grants.expiresAt = Date(timeIntervalSince1970: expiry)
        return grants
    }

    private static func decode<Claims: Decodable>(_ payload: Data) throws(TokenError) -> Claims {
        do {
            return try JSONDecoder().decode(Claims.self, from: payload)
        } catch DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context) {
            throw context.codingPath.isEmpty ? .malformed : .badClaim(Self.path(context))
        } catch DecodingError.dataCorrupted(let context) where !context.codingPath.isEmpty {
            throw .badClaim(Self.path(context))
        } catch {
            throw .malformed
        }
    }

    private static func path(_ context: DecodingError.Context) -> String {
        context.codingPath.map(\.stringValue).joined(separator: ".")
    }
}
