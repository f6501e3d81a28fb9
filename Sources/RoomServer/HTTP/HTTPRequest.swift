import NIOCore
import NIOHTTP1

/// One request as the routes see it.
struct HTTPRequest {
    /// The method.
    var method: HTTPMethod
    /// The path, without query, its leading slashes collapsed into one.
    var path: String
    /// The query.
    var query: Query
    /// The headers.
    var headers: HTTPHeaders
    /// The body; the edge has bounded it.
    var body: ByteBuffer
    /// The address of whoever connected, empty when unknown.
    var peerAddress: String

    /// Puts a request together from what the decoder gave.
    init(head: HTTPRequestHead, body: ByteBuffer = ByteBuffer(), peerAddress: String = "") {
        let parts = head.uri.split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
        method = head.method
        // Clients that join a base URL ending in `/` with a path send two slashes.
        path = "/" + (parts.first ?? "").drop { $0 == "/" }
        query = Query(parsing: parts.count == 2 ? parts[1] : "")
        headers = head.headers
        self.body = body
        self.peerAddress = peerAddress
    }

    /// The address of the client: what a proxy says it is, else who connected.
    var clientAddress: String {
        for name in ["CF-Connecting-IP", "X-Forwarded-For", "X-Real-IP"] {
            if let value = headers.first(name: name)?.split(separator: ",").first {
                return String(value.drop { $0 == " " })
            }
        }
        return peerAddress
    }

    /// Whether the request asks for a WebSocket (RFC 6455 §4.1).
    var asksForWebSocket: Bool {
        method == .GET
            && headers[canonicalForm: "connection"].contains { $0.lowercased() == "upgrade" }
            && headers[canonicalForm: "upgrade"].contains { $0.lowercased() == "websocket" }
    }
}
