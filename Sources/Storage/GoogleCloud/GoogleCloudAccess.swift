import Foundation
import NIOCore
import NIOHTTP1

/// The access token for Google Cloud, kept until it grows old: a service account's, or that of the machine's own
/// account.
actor GoogleCloudAccess {
    private let account: GoogleServiceAccount?
    private let transport: HTTPTransport
    private let direct: HTTPTransport
    private let environment: StorageEnvironment
    private var known: (token: String, expires: Int64)?

    /// - Parameter direct: reaches the services of this machine, past any proxy.
    init(
        _ account: GoogleServiceAccount?,
        transport: HTTPTransport,
        direct: HTTPTransport,
        environment: StorageEnvironment
    ) {
        self.account = account
        self.transport = transport
        self.direct = direct
        self.environment = environment
    }

    /// A token that is good now.
    func token() async throws(StoreFailure) -> String {
        let now = environment.clock.now()
        if let known, now < known.expires - refreshMargin { return known.token }
        let answer: StoreResponse
        if let account {
            answer = try await transport.send(try exchange(account, now), timeout: .seconds(30))
        } else {
            answer = try await ofMachine()
        }
        guard answer.isSuccess else {
            let kind: StoreFailure.Kind = answer.status >= 500 || answer.status == 429 ? .outage : .refused
            throw StoreFailure(kind, "Google gives no access token: HTTP \(answer.status)")
        }
        guard let token = try? JSONDecoder().decode(Token.self, from: Data(answer.body.utf8)) else {
            throw StoreFailure(.uncertain, "Google's answer has no access token")
        }
        known = (token.access_token, now + Int64(token.expires_in.clamped) * 1000)
        return token.access_token
    }

    /// Asks for a new one next time.
    func forget() { known = nil }

    private func exchange(_ account: GoogleServiceAccount, _ now: Int64) throws(StoreFailure) -> StoreRequest {
        guard let address = ServiceAddress(account.tokenURI) else {
            throw StoreFailure(.refused, "the token_uri of the service account is not of the form https://host/path")
        }
        let grant = percentEncoded("urn:ietf:params:oauth:grant-type:jwt-bearer")
        let body = "grant_type=\(grant)&assertion=\(try account.assertion(unixMilliseconds: now))"
        return StoreRequest(
            method: .POST,
            scheme: address.scheme,
            host: address.authority,
            path: address.path.isEmpty ? "/" : address.path,
            headers: [("Content-Type", "application/x-www-form-urlencoded")],
            body: ByteBuffer(string: body)
        )
    }

    private func ofMachine() async throws(StoreFailure) -> StoreResponse {
        let missing = StoreFailure(
            .uncertain,
            "there are no Google credentials: give the JSON of a service account, or run on a machine that has one"
        )
        guard let address = ServiceAddress(environment.googleMetadata) else { throw missing }
        let request = StoreRequest(
            method: .GET,
            scheme: address.scheme,
            host: address.authority,
            path: "\(address.path)/computeMetadata/v1/instance/service-accounts/default/token",
            headers: [("Metadata-Flavor", "Google")]
        )
        do {
            return try await direct.send(request, timeout: .seconds(5))
        } catch {
            throw missing
        }
    }
}

/// OAuth's answer (RFC 6749, section 5.1).
private struct Token: Decodable {
    var access_token: String
    var expires_in: Int
}

extension Int {
    /// Seconds of a token's life, at most a day.
    fileprivate var clamped: Int { Swift.min(Swift.max(self, 0), 86_400) }
}

private let refreshMargin: Int64 = 300_000
