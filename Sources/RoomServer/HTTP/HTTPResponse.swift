import LiveKitProtocol
import NIOHTTP1

/// One answer of the edge.
struct HTTPResponse: Sendable {
    /// The status.
    var status: HTTPResponseStatus
    /// Headers besides length and connection, which the connection adds.
    var headers = HTTPHeaders()
    /// The body.
    var body: [UInt8] = []

    /// An answer in plain text.
    static func text(_ status: HTTPResponseStatus, _ text: String = "") -> HTTPResponse {
        HTTPResponse(
            status: status,
            headers: text.isEmpty ? [:] : ["Content-Type": "text/plain; charset=utf-8"],
            body: Array(text.utf8)
        )
    }

    /// A refused join, as clients show it.
    static func failure(_ failure: JoinFailure) -> HTTPResponse {
        text(HTTPResponseStatus(statusCode: failure.httpStatus), failure.message)
    }

    /// A failed call of a server API.
    static func error(_ error: TwirpError) -> HTTPResponse {
        HTTPResponse(
            status: HTTPResponseStatus(statusCode: error.httpStatus),
            headers: ["Content-Type": "application/json"],
            body: error.jsonBody
        )
    }
}
