/// Why an access token was refused.
public enum TokenError: Error, Sendable, Hashable {
    /// It is no HS256 token, or its claims are not the JSON object they should be.
    case malformed
    /// Its issuer is not a configured API key.
    case unknownKey
    /// It was signed with another secret.
    case badSignature
    /// Its `exp` has passed.
    case expired
    /// Its `nbf` is still to come.
    case notYetValid
    /// It has no `exp`, so it would be valid for ever.
    case withoutExpiry
    /// One of its claims has the wrong type; the name says which.
    case badClaim(String)

    /// The body of the 401 answer; clients and tests compare its beginning.
    public var message: String {
        switch self {
        case .malformed: "invalid authorization token"
        case .unknownKey: "invalid API key"
        case .badSignature: "invalid authorization token: signature does not match"
        case .expired: "invalid authorization token: token is expired (exp)"
        case .notYetValid: "invalid authorization token: token not valid yet (nbf)"
        case .withoutExpiry: "invalid authorization token: token has no expiry (exp)"
        case .badClaim(let name): "invalid authorization token: claim \(name) has the wrong type"
        }
    }
}

extension TokenError: CustomStringConvertible {
    /// The same as `message`.
    public var description: String { message }
}
