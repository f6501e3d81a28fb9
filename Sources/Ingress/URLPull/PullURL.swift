/// A URL that can be pulled, taken apart.
///
/// It holds secrets (credentials, paths and parameters that let somebody in): only `place` is fit for texts.
package struct PullURL: Sendable, Hashable {
    /// How it is fetched.
    package enum Scheme: String, Sendable, Hashable, CaseIterable {
        case http, https, srt, rtmp, rtmps, rtsp, rtsps

        /// The port where none is named; nil if one has to be.
        var defaultPort: UInt16? {
            switch self {
            case .http: 80
            case .https, .rtmps: 443
            case .rtmp: 1935
            case .rtsp: 554
            case .rtsps: 322
            case .srt: nil
            }
        }

        /// Whether it goes through TLS.
        var isSecure: Bool { [.https, .rtmps, .rtsps].contains(self) }
    }

    /// How it is fetched.
    package let scheme: Scheme
    /// `name:password`, as it is written; nil if there is none.
    let credentials: String?
    /// Lower case; an IPv6 address without its brackets.
    package let host: String
    /// The server's port.
    package let port: UInt16
    /// The path, beginning with a slash, and the parameters.
    let target: String

    /// Longer ones are refused: FFmpeg keeps those of playlists in 4096 bytes.
    static let maximumLength = 4000

    /// Takes `text` apart; an error never quotes it beyond its host.
    package init(_ text: String) throws(PullFailure) {
        guard text.utf8.count <= Self.maximumLength else {
            throw Self.invalid("it has \(text.utf8.count) bytes, more than \(Self.maximumLength)")
        }
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Self.invalid("it holds a space or a character outside ASCII; write it percent-encoded")
        }
        guard let separator = text.firstRange(of: "://") else {
            throw Self.invalid("it has no scheme such as https://")
        }
        let name = text[..<separator.lowerBound].lowercased()
        guard let scheme = Scheme(rawValue: name) else {
            let shown = name.utf8.allSatisfy { (0x61...0x7A).contains($0) } ? name.prefix(16) : "?"
            throw PullFailure(
                .invalidURL,
                "invalid url scheme \(shown): it must be one of \(Scheme.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        let rest = text[separator.upperBound...].prefix { $0 != "#" }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "\\" }
        let target = rest[authority.endIndex...]
        guard target.first != "\\" else { throw Self.invalid("there is a backslash behind its host") }
        let (credentials, host, named) = try Self.parts(of: authority)
        guard let port = named ?? scheme.defaultPort else {
            throw Self.invalid("it must name a port, as in \(name)://host:port")
        }
        self.init(scheme, credentials, host, port, target.first == "/" ? String(target) : "/" + target)
    }

    private init(_ scheme: Scheme, _ credentials: String?, _ host: String, _ port: UInt16, _ target: String) {
        self.scheme = scheme
        self.credentials = credentials
        self.host = host
        self.port = port
        self.target = target
    }

    private static func parts(of text: Substring) throws(PullFailure) -> (String?, String, UInt16?) {
        var rest = text
        var credentials: String?
        if let at = rest.lastIndex(of: "@") {
            credentials = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        let host: String
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else { throw invalid("the bracket of its address is not closed") }
            host = rest[rest.index(after: rest.startIndex)..<end].lowercased()
            rest = rest[rest.index(after: end)...]
            guard !host.isEmpty, host.utf8.allSatisfy({ "0123456789abcdef:.".utf8.contains($0) }) else {
                throw invalid("there is no IPv6 address in its brackets")
            }
        } else {
            host = rest.prefix { $0 != ":" }.lowercased()
            rest = rest[rest.index(rest.startIndex, offsetBy: host.count)...]
            guard !host.isEmpty else { throw invalid("it names no host") }
            guard host.utf8.count <= 253, host.utf8.allSatisfy(isPartOfName) else {
                throw invalid("its host is no name: letters, digits, dots and hyphens make one")
            }
        }
        guard !rest.isEmpty else { return (credentials, host, nil) }
        guard rest.first == ":", let port = UInt16(rest.dropFirst()), port > 0 else {
            throw invalid("its port is not a number between 1 and 65535")
        }
        return (credentials, host, port)
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }

    private static func invalid(_ reason: String) -> PullFailure {
        PullFailure(.invalidURL, "invalid url: \(reason)")
    }
}

extension PullURL {
    /// Scheme, host and port as they are written, which is all of it that may be shown: `https://example.com:8443`.
    package var place: String { "\(scheme.rawValue)://\(server)" }

    /// Host, and port if it is not the scheme's usual one.
    var server: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port == scheme.defaultPort ? name : "\(name):\(port)"
    }

    /// All of it but the credentials.
    var text: String { "\(place)\(target)" }

    /// The path without the parameters.
    var path: Substring { target.prefix { $0 != "?" } }

    /// The parameters, without the question mark.
    var query: Substring { target[path.endIndex...].dropFirst() }

    /// Whether another URL leads to the same server in the same way, so that credentials may go there too.
    func hasSameOrigin(as other: PullURL) -> Bool {
        scheme == other.scheme && host == other.host && port == other.port
    }

    /// The URL that a reference within this one means (RFC 3986 §5.2), with this one's credentials if it is of the same origin.
    func resolving(_ reference: some StringProtocol) throws(PullFailure) -> PullURL {
        let reference = String(reference.prefix { $0 != "#" })
        var result: PullURL
        if Self.hasScheme(reference) {
            result = try PullURL(reference)
        } else if reference.hasPrefix("//") {
            result = try PullURL("\(scheme.rawValue):\(reference)")
        } else {
            result = try PullURL("\(place)\(Self.joined(path, query, reference))")
        }
        if result.credentials == nil, result.hasSameOrigin(as: self) {
            result = PullURL(result.scheme, credentials, result.host, result.port, result.target)
        }
        return result
    }

    private static func hasScheme(_ reference: String) -> Bool {
        guard let colon = reference.firstIndex(of: ":") else { return false }
        let name = reference[..<colon]
        return name.first?.isLetter == true && !name.contains { "/?".contains($0) }
    }

    private static func joined(_ path: Substring, _ query: Substring, _ reference: String) -> String {
        let mark = reference.firstIndex(of: "?") ?? reference.endIndex
        let parameters = reference[mark...]
        guard mark > reference.startIndex else {
            return parameters.isEmpty && !query.isEmpty ? "\(path)?\(query)" : "\(path)\(parameters)"
        }
        let own = reference[..<mark]
        let folder = path[...(path.lastIndex(of: "/") ?? path.startIndex)]
        return "\(withoutDots(own.first == "/" ? "\(own)" : "\(folder)\(own)"))\(parameters)"
    }

    /// The path with `.` and `..` worked out (RFC 3986 §5.2.4).
    private static func withoutDots(_ path: String) -> String {
        var kept: [Substring] = []
        let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        for part in parts {
            switch part {
            case "..": _ = kept.popLast()
            case ".": break
            default: kept.append(part)
            }
        }
        if let last = parts.last, last == "." || last == ".." { kept.append("") }
        return "/" + kept.joined(separator: "/")
    }
}
