/// Where a service is: scheme, host, port and path of a URL, or of a host without a scheme.
struct ServiceAddress: Hashable, Sendable {
    var scheme: String
    /// Without brackets if it is an IPv6 address.
    var host: String
    var port: Int?
    /// Without a `/` at its end; user and password are dropped.
    var path: String

    /// `https` if the text has no scheme.
    init?(_ text: String) {
        var rest = text[...]
        scheme = "https"
        if let range = rest.firstRange(of: "://") {
            scheme = rest[..<range.lowerBound].lowercased()
            rest = rest[range.upperBound...]
        }
        guard scheme == "http" || scheme == "https" else { return nil }
        if let end = rest.firstIndex(where: { $0 == "?" || $0 == "#" }) { rest = rest[..<end] }
        var authority = rest
        path = ""
        if let slash = rest.firstIndex(of: "/") {
            authority = rest[..<slash]
            path = String(rest[slash...])
            while path.hasSuffix("/") { path.removeLast() }
        }
        if let at = authority.lastIndex(of: "@") { authority = authority[authority.index(after: at)...] }
        if authority.hasPrefix("["), let end = authority.firstIndex(of: "]") {
            host = String(authority[authority.index(after: authority.startIndex)..<end])
            authority = authority[authority.index(after: end)...]
        } else {
            let colon = authority.firstIndex(of: ":") ?? authority.endIndex
            host = String(authority[..<colon])
            authority = authority[colon...]
        }
        guard !host.isEmpty else { return nil }
        if authority.isEmpty {
            port = nil
        } else {
            guard authority.hasPrefix(":"), let number = UInt16(authority.dropFirst()) else { return nil }
            port = Int(number)
        }
    }

    /// As the `Host` header has it.
    var authority: String {
        let name = host.contains(":") ? "[\(host)]" : host
        guard let port, port != (scheme == "https" ? 443 : 80) else { return name }
        return "\(name):\(port)"
    }

    /// Whether the host is an address or this machine, which no bucket's name can be put before.
    var isAddressOrLocal: Bool {
        if host == "localhost" || host.hasSuffix(".localhost") || host.contains(":") { return true }
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts.allSatisfy { UInt8($0) != nil }
    }
}
