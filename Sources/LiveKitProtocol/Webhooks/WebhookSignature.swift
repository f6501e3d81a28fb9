import Crypto
public import FoundationEssentials

/// Ties the body of a webhook to its sender: a token that carries the hash of the body.
///
/// The token goes into the `Authorization` header without `Bearer`; the receiver compares its `sha256` claim with
/// the hash of the bytes it got.
public enum WebhookSignature {
    /// How long the token is valid, in seconds.
    public static let timeToLive: TimeInterval = 5 * 60

    /// The `Authorization` header for a body.
    public static func sign(_ body: some Sequence<UInt8>, with pair: APIKeys.Pair, now: Date? = nil) -> String {
        var grants = ClaimGrants()
        grants.sha256 = hash(body)
        return AccessToken(grants: grants, timeToLive: timeToLive).signed(with: pair, now: now)
    }

    /// Whether a header that was received belongs to this body; fails when the token itself is not valid.
    public static func verify(
        _ authorization: String,
        of body: some Sequence<UInt8>,
        with verifier: TokenVerifier,
        now: Date? = nil
    ) throws(TokenError) -> Bool {
        try verifier.verify(authorization, now: now).sha256 == hash(body)
    }

    /// The Base64 of the SHA-256 of a body, as the `sha256` claim has it.
    public static func hash(_ body: some Sequence<UInt8>) -> String {
        Data(SHA256.hash(data: Array(body))).base64EncodedString()
    }
}
