import LiveKitProtocol

/// A URL of a stream output as a request has it: what carries it, and what may be shown of it.
struct StreamAddress: Hashable {
    /// What carries a stream.
    enum Kind: String, Hashable {
        case rtmp, srt
        case webSocket = "websocket"
    }

    /// The URL; secret.
    let text: String
    let kind: Kind

    /// - Throws: `invalid_argument`, with nothing secret of the URL.
    init(_ text: String) throws(TwirpError) {
        guard text.utf8.count <= maximumLength else {
            throw .invalid("urls", "a URL of \(text.utf8.count) bytes; at most \(maximumLength) are possible")
        }
        guard let kind = Self.kind(of: text) else {
            throw Self.invalid(
                text,
                "its scheme has to be rtmp, rtmps, mux, twitch, srt, ws or wss"
            )
        }
        self.text = text
        self.kind = kind
        try check()
    }

    /// What carries a URL, by its scheme.
    private static func kind(of text: String) -> Kind? {
        guard let end = text.firstRange(of: "://")?.lowerBound else { return nil }
        return switch text[..<end].lowercased() {
        case "rtmp", "rtmps", "mux", "twitch": .rtmp
        case "srt": .srt
        case "ws", "wss": .webSocket
        default: nil
        }
    }

    /// What follows the scheme.
    private var rest: Substring {
        text.firstRange(of: "://").map { text[$0.upperBound...] } ?? ""
    }

    private func check() throws(TwirpError) {
        let lowercased = text.lowercased()
        guard !text.contains(where: { $0.isNewline }) else { throw Self.invalid(text, "it has a line break") }
        switch kind {
        case .rtmp where lowercased.hasPrefix("mux://") || lowercased.hasPrefix("twitch://"):
            guard !rest.isEmpty else { throw Self.invalid(text, "a stream key has to follow ://") }
        case .rtmp:
            let parts = rest.split(separator: "/", omittingEmptySubsequences: false)
            guard parts.count >= 3, parts.allSatisfy({ !$0.isEmpty }) else {
                throw Self.invalid(text, "rtmp://host/app/key is needed")
            }
        case .srt:
            let host = rest.prefix { $0 != "?" && $0 != "/" }
            guard let colon = host.lastIndex(of: ":"), colon != host.startIndex,
                let port = UInt16(host[host.index(after: colon)...]), port > 0
            else { throw Self.invalid(text, "srt://host:port is needed") }
        case .webSocket:
            guard !rest.prefix(while: { $0 != "/" && $0 != "?" }).isEmpty else {
                throw Self.invalid(text, "ws://host/path is needed")
            }
        }
    }

    /// LiveKit's error for a URL, with its secrets left out.
    static func invalid(_ text: String, _ reason: String) -> TwirpError {
        TwirpError(.invalidArgument, "invalid url \(redacted(text)): \(reason)")
    }
}

extension StreamAddress {
    /// The URL as others may see it: stream keys as `{abc...xyz}`, passwords and what follows a `?` not at all.
    ///
    /// What is redacted already stays as it is.
    static func redacted(_ text: String) -> String {
        guard let range = text.firstRange(of: "://") else { return "{...}" }
        let scheme = text[..<range.lowerBound].lowercased()
        let rest = text[range.upperBound...]
        switch scheme {
        case "mux", "twitch": return "\(scheme)://\(shortened(rest))"
        case "rtmp", "rtmps":
            guard let slash = rest.lastIndex(of: "/") else { return "\(scheme)://\(withoutPassword(rest))" }
            let key = rest[rest.index(after: slash)...]
            return "\(scheme)://\(withoutPassword(rest[..<slash]))/\(shortened(key))"
        default:
            guard let mark = rest.firstIndex(of: "?") else { return "\(scheme)://\(withoutPassword(rest))" }
            return "\(scheme)://\(withoutPassword(rest[..<mark]))?{...}"
        }
    }

    private static func shortened(_ key: Substring) -> String {
        if key.isEmpty || (key.hasPrefix("{") && key.hasSuffix("}")) { return String(key) }
        // Of a short one, six characters would be all there is to guess.
        return key.count < 10 ? "{...}" : "{\(key.prefix(3))...\(key.suffix(3))}"
    }

    private static func withoutPassword(_ rest: Substring) -> String {
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return String(rest) }
        return "{...}@" + rest[rest.index(after: at)...]
    }
}

/// Longer than any URL a server would take.
private let maximumLength = 4096
