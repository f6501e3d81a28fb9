import FoundationEssentials

/// Where a room server takes signal connections, taken from the URL a user configures.
///
/// `ws`, `wss`, `http` and `https` URLs are accepted, with an optional path in front of `/rtc` for servers behind a
/// reverse proxy. A token never becomes part of an endpoint: it travels in the `Authorization` header.
package struct SignalEndpoint: Sendable, Hashable {
    /// Whether the connection is made over TLS.
    package let isSecure: Bool
    /// Host name or address, an IPv6 address without its brackets.
    package let host: String
    /// TCP port, the scheme's own port when the URL names none.
    package let port: Int
    /// Path in front of `/rtc`: empty, or starting with a slash and not ending in one.
    package let basePath: String

    /// Parses a server URL.
    package init(parsing url: String) throws(SignalEndpointError) {
        guard let components = URLComponents(string: url), let scheme = components.scheme?.lowercased() else {
            throw SignalEndpointError.malformed
        }
        switch scheme {
        case "ws", "http": isSecure = false
        case "wss", "https": isSecure = true
        default: throw SignalEndpointError.unsupportedScheme(scheme)
        }
        guard components.user == nil, components.password == nil else { throw SignalEndpointError.credentialsInURL }
        guard let host = components.host, !host.isEmpty else { throw SignalEndpointError.missingHost }
        self.host = host.hasPrefix("[") && host.hasSuffix("]") ? String(host.dropFirst().dropLast()) : host
        let port = components.port ?? (isSecure ? 443 : 80)
        guard (1...65_535).contains(port) else { throw SignalEndpointError.portOutOfRange(port) }
        self.port = port
        var path = components.percentEncodedPath
        while path.hasSuffix("/") { path.removeLast() }
        basePath = path
    }

    /// Value of the `Host` header: the port is named only where it is not the scheme's own (RFC 9110 §7.2).
    package var hostHeader: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == (isSecure ? 443 : 80) ? name : "\(name):\(port)"
    }

    /// Path and query of the signal WebSocket (dual peer connections, `/rtc`).
    package func target(for query: SignalQuery) -> String { "\(basePath)/rtc?\(query.encoded)" }

    /// Path and query that answer, in plain HTTP, why a signal connection was refused.
    package func validationTarget(for query: SignalQuery) -> String { "\(basePath)/rtc/validate?\(query.encoded)" }
}

/// What is wrong with a server URL.
package enum SignalEndpointError: Error, Hashable, CustomStringConvertible {
    /// The text is no URL at all.
    case malformed
    /// The scheme is none of `ws`, `wss`, `http` and `https`.
    case unsupportedScheme(String)
    /// The URL carries a user name or a password.
    case credentialsInURL
    /// There is no host in the URL.
    case missingHost
    /// The port is no TCP port.
    case portOutOfRange(Int)

    package var description: String {
        switch self {
        case .malformed: "the server URL cannot be parsed: it should look like ws://host:7880 or wss://host"
        case .unsupportedScheme(let scheme): "the server URL's scheme is \"\(scheme)\": use ws, wss, http or https"
        case .credentialsInURL: "the server URL carries credentials: access is by token only"
        case .missingHost: "the server URL has no host: it should look like ws://host:7880"
        case .portOutOfRange(let port): "the server URL's port \(port) is outside 1 to 65535"
        }
    }
}
