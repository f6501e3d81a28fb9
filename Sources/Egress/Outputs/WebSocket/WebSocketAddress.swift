/// The server and resource of a `ws://` or `wss://` URL.
struct WebSocketAddress: Sendable, Hashable {
    let isSecure: Bool
    let host: String
    let port: Int
    /// Path and parameters, for the request line; may hold secrets.
    let target: String
    private let server: String

    /// The address after the scheme.
    init(url rest: Substring, isSecure: Bool) throws(StreamURL.Problem) {
        let end = rest.firstIndex { $0 == "/" || $0 == "?" || $0 == "#" } ?? rest.endIndex
        let authority = try URLAuthority(rest[..<end])
        guard authority.credentials == nil else {
            throw StreamURL.Problem(
                reason: "names and passwords are not taken; give a parameter after the question mark"
            )
        }
        let resource = rest[end...].prefix { $0 != "#" }
        self.isSecure = isSecure
        host = authority.host
        port = authority.port ?? (isSecure ? 443 : 80)
        server = authority.server
        target = resource.first == "/" ? String(resource) : "/\(resource)"
    }

    /// The value of the `Host` header.
    var hostHeader: String { server }

    /// The URL without the values of its parameters.
    var redacted: String {
        "\(isSecure ? "wss" : "ws")://\(server)\(target == "/" ? "" : StreamURL.redactParameters(target[...]))"
    }
}
