import Crypto
import FoundationEssentials

/// A JSON Web Token signed with HMAC-SHA-256, the only kind LiveKit uses (RFC 7519, RFC 7518 §3.2).
struct JSONWebToken: Sendable {
    /// The longest token looked at, in bytes.
    ///
    /// Tokens carry metadata and attributes: LiveKit's limits for those
    /// (512 KiB and 64 KiB) in Base64 fit.
    static let maximumLength = 1 << 20

    /// The decoded payload: a JSON object.
    let payload: [UInt8]
    private let signedPart: [UInt8]
    private let signature: [UInt8]

    /// Takes a token apart without believing it.
    ///
    /// Fails with `TokenError.malformed` unless it has three parts and its header says HS256.
    init(parsing token: String) throws(TokenError) {
        guard token.utf8.count <= Self.maximumLength else { throw .malformed }
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3,
            let header = Base64URL.decode(parts[0]),
            let payload = Base64URL.decode(parts[1]),
            let signature = Base64URL.decode(parts[2]),
            let fields = try? JSONDecoder().decode(Header.self, from: Data(header)),
            fields.alg == "HS256"
        else { throw .malformed }
        self.payload = payload
        self.signature = signature
        self.signedPart = Array("\(parts[0]).\(parts[1])".utf8)
    }

    /// Whether the token was signed with this secret; compares in constant time.
    func isSigned(with secret: String) -> Bool {
        let key = SymmetricKey(data: Array(secret.utf8))
        return HMAC<SHA256>.isValidAuthenticationCode(signature, authenticating: signedPart, using: key)
    }

    /// Signs a payload, which must be a JSON object.
    static func sign(payload: some Sequence<UInt8>, secret: String) -> String {
        let signedPart = Base64URL.encode(#"{"alg":"HS256","typ":"JWT"}"#.utf8) + "." + Base64URL.encode(payload)
        let key = SymmetricKey(data: Array(secret.utf8))
        let signature = HMAC<SHA256>.authenticationCode(for: Array(signedPart.utf8), using: key)
        return signedPart + "." + Base64URL.encode(signature)
    }

    private struct Header: Decodable {
        var alg: String
    }
}
