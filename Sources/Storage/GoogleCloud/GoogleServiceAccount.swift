import Crypto
import CryptoExtras
import Foundation

/// A service account: who asks for access, and the key that proves it.
struct GoogleServiceAccount: Sendable, Decodable {
    var email: String
    /// PEM.
    var privateKey: String
    var tokenURI: String

    private enum CodingKeys: String, CodingKey {
        case type
        case email = "client_email"
        case privateKey = "private_key"
        case tokenURI = "token_uri"
    }

    init(from decoder: any Decoder) throws {
        let values = try decoder.container(keyedBy: CodingKeys.self)
        email = try values.decode(String.self, forKey: .email)
        privateKey = try values.decode(String.self, forKey: .privateKey)
        tokenURI = try values.decodeIfPresent(String.self, forKey: .tokenURI) ?? "https://oauth2.googleapis.com/token"
    }

    /// The account of this JSON, or of the file that `GOOGLE_APPLICATION_CREDENTIALS` names; nil if neither is given.
    ///
    /// - Throws: `StoreFailure.refused` for JSON that is no service account's.
    static func find(_ json: String, environment: StorageEnvironment) throws(StoreFailure) -> GoogleServiceAccount? {
        if !json.isEmpty { return try parse(Data(json.utf8), from: "credentials") }
        guard let path = environment["GOOGLE_APPLICATION_CREDENTIALS"] else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StoreFailure(.refused, "the file of GOOGLE_APPLICATION_CREDENTIALS cannot be read")
        }
        return try parse(data, from: "GOOGLE_APPLICATION_CREDENTIALS")
    }

    private static func parse(_ data: Data, from source: String) throws(StoreFailure) -> GoogleServiceAccount {
        // The decoder's own error might show a part of the key.
        guard let account = try? JSONDecoder().decode(GoogleServiceAccount.self, from: data) else {
            throw StoreFailure(
                .refused,
                "\(source) is not the JSON of a service account, with client_email and private_key"
            )
        }
        _ = try account.key()
        return account
    }

    /// A request for a token: a JWT signed with the account's key (RFC 7523).
    func assertion(unixMilliseconds: Int64) throws(StoreFailure) -> String {
        let now = unixMilliseconds / 1000
        let claims = [
            "{\"aud\":\(quoted(tokenURI))", "\"exp\":\(now + 3600)", "\"iat\":\(now)", "\"iss\":\(quoted(email))",
            "\"scope\":\"https://www.googleapis.com/auth/devstorage.read_write\"}",
        ]
        let header = base64URL(Array(#"{"alg":"RS256","typ":"JWT"}"#.utf8))
        let text = "\(header).\(base64URL(Array(claims.joined(separator: ",").utf8)))"
        return "\(text).\(base64URL(try signature(of: text)))"
    }

    /// The address of a request that works for some time by itself (V4 signing with `GOOG4-RSA-SHA256`).
    func presigned(_ request: StoreRequest, seconds: Int, unixMilliseconds: Int64) throws(StoreFailure) -> String {
        let time = CalendarTime(unixMilliseconds: unixMilliseconds).signing
        let scope = "\(time.prefix(8))/auto/storage/goog4_request"
        var request = request
        request.query += [
            ("X-Goog-Algorithm", "GOOG4-RSA-SHA256"), ("X-Goog-Credential", "\(email)/\(scope)"),
            ("X-Goog-Date", time), ("X-Goog-Expires", String(seconds)), ("X-Goog-SignedHeaders", "host"),
        ]
        let canonical = canonicalRequest(request, headers: [("host", request.host)], payloadHash: "UNSIGNED-PAYLOAD")
        let text = "GOOG4-RSA-SHA256\n\(time)\n\(scope)\n\(sha256(canonical))"
        request.query.append(("X-Goog-Signature", hexadecimal(try signature(of: text))))
        return request.url
    }

    private func signature(of text: String) throws(StoreFailure) -> [UInt8] {
        guard let signature = try? key().signature(for: Array(text.utf8), padding: .insecurePKCS1v1_5) else {
            throw StoreFailure(.refused, "the private_key of the service account cannot sign")
        }
        return Array(signature.rawRepresentation)
    }

    private func key() throws(StoreFailure) -> _RSA.Signing.PrivateKey {
        guard let key = try? _RSA.Signing.PrivateKey(pemRepresentation: privateKey) else {
            throw StoreFailure(.refused, "the private_key of the service account is no RSA key in PEM")
        }
        return key
    }
}

extension GoogleServiceAccount: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
    var description: String { "service account \(email)" }
    var debugDescription: String { description }
    var customMirror: Mirror { Mirror(self, children: ["email": email]) }
}

/// Base 64 with the alphabet for URLs and without padding (RFC 4648, section 5).
func base64URL(_ bytes: [UInt8]) -> String {
    Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
}

/// A text as a JSON string.
private func quoted(_ text: String) -> String {
    guard let data = try? JSONEncoder().encode(text) else { return "\"\"" }
    return String(decoding: data, as: UTF8.self)
}
