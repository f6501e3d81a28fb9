/// The claims of RFC 7519 §4.1 that LiveKit uses.
struct RegisteredClaims: Sendable, Hashable, Codable {
    /// The API key.
    var iss: String?
    /// The identity.
    var sub: String?
    /// The identity in tokens of old SDKs, which left `sub` out.
    var jti: String?
    /// Not valid before, in seconds since 1970.
    var nbf: Double?
    /// Not valid from here on, in seconds since 1970.
    var exp: Double?
}
