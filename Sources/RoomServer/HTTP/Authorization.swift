import LiveKitProtocol
import NIOHTTP1

/// Finds and checks the access token of a request.
struct Authorization {
    /// Checks tokens.
    let verifier: TokenVerifier

    /// What the token of a request grants; nil when it carries none.
    ///
    /// Fails with the answer to send when there is a token but no good one. The header counts before the query:
    /// browsers cannot set it on a WebSocket, so JavaScript clients use `access_token`.
    func claims(of request: HTTPRequest) throws(JoinFailure) -> ClaimGrants? {
        guard let token = try token(of: request) else { return nil }
        do {
            return try verifier.verify(token)
        } catch {
            throw JoinFailure(httpStatus: 401, message: error.message)
        }
    }

    private func token(of request: HTTPRequest) throws(JoinFailure) -> String? {
        if let header = request.headers.first(name: "Authorization"), !header.isEmpty {
            let scheme = "Bearer "
            guard header.hasPrefix(scheme) else {
                throw JoinFailure(
                    httpStatus: 401,
                    message: "invalid authorization header. Must start with Bearer "
                )
            }
            return String(header.dropFirst(scheme.count))
        }
        return request.query["access_token"].flatMap { $0.isEmpty ? nil : $0 }
    }
}
