import Media

extension StreamURL {
    /// The URL as it may be shown: keys, passphrases and parameters that let somebody in are `{abc...xyz}`.
    var redacted: String {
        switch destination {
        case .server(.rtmp(let target)):
            let scheme = target.isSecure ? "rtmps" : "rtmp"
            let credentials = target.credentials == nil ? "" : "{...}@"
            let application = Self.redactParameters(target.application[...])
            return "\(scheme)://\(credentials)\(target.server)/\(application)/\(Self.redact(secret: target.key))"
        case .server(.srt(let target)):
            let options = target.options.sorted { $0.key.rawValue < $1.key.rawValue }.map { option, value in
                "\(option.rawValue)=\(Self.redact(option, value))"
            }
            return "srt://\(target.server)\(options.isEmpty ? "" : "?")\(options.joined(separator: "&"))"
        case .twitch(let key): return "twitch://\(Self.redact(secret: key))"
        case .webSocket(let address): return address.redacted
        }
    }

    /// Whether `text` means this stream: by its URL, or by its URL as it is shown.
    func isMeant(by text: String) -> Bool {
        if text == redacted { return true }
        guard let url = try? StreamURL(text) else { return false }
        return url == self
    }

    /// The first and the last three characters of a secret that is long enough to stay one.
    ///
    /// What is redacted already stays as it is.
    static func redact(secret: String) -> String {
        if isRedacted(secret) { return secret }
        let shown = secret.count >= 9 ? 3 : secret.count >= 5 ? 1 : 0
        // Nothing that has a meaning in URLs, so that what is shown can be taken apart like what it stands for.
        let isPlain = { (character: Character) in
            character.isASCII && (character.isLetter || character.isNumber || "-_.".contains(character))
        }
        let first = secret.prefix(shown).prefix(while: isPlain)
        let last = String(secret.suffix(shown).reversed().prefix(while: isPlain).reversed())
        return "{\(first)...\(last)}"
    }

    private static func isRedacted(_ text: String) -> Bool {
        guard text.first == "{", text.last == "}", let dots = text.firstRange(of: "...") else { return false }
        return text[..<dots.lowerBound].count <= 4 && text[dots.upperBound...].count <= 4
    }

    /// Any text, which may be a URL that is wrong, without what may be secret in it.
    ///
    /// What is redacted already stays as it is.
    static func redact(_ text: String) -> String {
        if let url = try? StreamURL(text) { return url.redacted }
        // A passphrase that is redacted is too short to be one; what stands in for it is not shown.
        let readable = text.replacing("passphrase={...}", with: "passphrase=0123456789")
        if readable != text, let url = try? StreamURL(readable) { return url.redacted }
        return redact(wrong: text)
    }

    /// The same of a text that is known to be no URL for streams.
    static func redact(wrong text: String) -> String {
        let printable = String(text.unicodeScalars.prefix(maximumLength).map { $0.value < 32 ? " " : Character($0) })
        guard let separator = printable.firstRange(of: "://") else { return redact(secret: printable) }
        let rest = printable[separator.upperBound...]
        let authority = rest.prefix { $0 != "/" && $0 != "?" }
        let host = authority.split(separator: "@", omittingEmptySubsequences: false).last ?? ""
        let scheme = printable[..<separator.lowerBound]
        guard authority.endIndex < rest.endIndex else {
            // A proxy.
            if ["http", "https"].contains(scheme.lowercased()) {
                return "\(scheme)://\(host.count < authority.count ? "{...}@" : "")\(host)"
            }
            // Without a path it may be a key as in mux://key.
            return "\(scheme)://\(redact(secret: String(rest)))"
        }
        return "\(scheme)://\(host)/\(redact(secret: String(rest[authority.endIndex...].dropFirst())))"
    }

    /// A path whose parameters' values are hidden.
    static func redactParameters(_ path: Substring) -> String {
        guard let mark = path.firstIndex(of: "?") else { return String(path) }
        let parameters = path[path.index(after: mark)...].split(separator: "&", omittingEmptySubsequences: false)
        let hidden = parameters.map { parameter -> String in
            guard let equals = parameter.firstIndex(of: "=") else { return redact(secret: String(parameter)) }
            return "\(parameter[...equals])\(redact(secret: String(parameter[parameter.index(after: equals)...])))"
        }
        return "\(path[..<mark])?\(hidden.joined(separator: "&"))"
    }

    private static func redact(_ option: SRTTarget.Option, _ value: String) -> String {
        switch option {
        case .passphrase: "{...}"
        case .streamID: redact(secret: value)
        default: value
        }
    }
}
