/// Why a request is refused: an HTTP status and a sentence.
///
/// Statuses and texts are LiveKit's where it has them (ingress 1.5), so that what operators search for is found.
package struct WHIPRefusal: Error, Sendable, Hashable {
    /// The HTTP status.
    package var status: Int
    /// What was wrong, with the value found and what would be right; never a key.
    package var message: String
    /// Headers that belong to the status.
    package var headers: [String: String]

    /// A refusal of one's own.
    package init(status: Int, message: String, headers: [String: String] = [:]) {
        self.status = status
        self.message = message
        self.headers = headers
    }

    /// No ingress has this key.
    package static let unknownKey = WHIPRefusal(status: 404, message: "ingress not found")
    /// There is no such session, or the URL's secret is another one.
    package static let noResource = WHIPRefusal(status: 404, message: "ingress not found: there is no such session")
    /// The ingress is switched off.
    package static let disabled = WHIPRefusal(status: 403, message: "session is disabled")
    /// The worker has no room for another session.
    package static let capacity = WHIPRefusal(
        status: 429,
        message: "server capacity exceeded",
        headers: ["Retry-After": "5"]
    )
    /// The worker takes no more sessions.
    package static let shuttingDown = WHIPRefusal(
        status: 503,
        message: "server shutting down",
        headers: ["Retry-After": "5"]
    )
    /// No key was shown.
    package static let missingKey = WHIPRefusal(
        status: 401,
        message: "missing stream key: send it as Authorization: Bearer KEY, or as the last part of the path",
        headers: ["WWW-Authenticate": "Bearer"]
    )
    /// The key shown is not the session's.
    package static let wrongKey = WHIPRefusal(status: 403, message: "invalid token: it is not that of this session")
    /// The offer or fragment cannot be read, or contradicts itself.
    package static func malformed(_ reason: String) -> WHIPRefusal { WHIPRefusal(status: 400, message: reason) }
    /// The media offered cannot be used.
    package static func notAcceptable(_ reason: String) -> WHIPRefusal { WHIPRefusal(status: 406, message: reason) }
    /// There is no answer in time.
    package static let timeout = WHIPRefusal(
        status: 504,
        message: "the request was not decided about in time",
        headers: ["Retry-After": "2"]
    )
}
