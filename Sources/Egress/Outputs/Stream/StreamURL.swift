import Media

/// A URL that a stream can be sent to, checked.
///
/// `mux://` and addresses of Twitch's ingests are brought to what they stand for; which of Twitch's servers it is stays open
/// until it is connected. Equal URLs lead to the same stream. It holds secrets: only `redacted` is fit for texts.
struct StreamURL: Sendable, Hashable {
    /// What it leads to.
    enum Destination: Sendable, Hashable {
        case server(StreamTarget)
        /// A stream key, for whichever of Twitch's servers is to take it.
        case twitch(key: String)
        /// `ws` or `wss`.
        case webSocket(WebSocketAddress)
    }

    let destination: Destination

    /// Longer ones are refused: FFmpeg keeps the parts of an RTMP address in buffers of 1024 and 512 bytes.
    static let maximumLength = 1400
    private static let maximumKeyLength = 500

    /// Checks `text`; an error says "invalid url U: reason" with U redacted.
    init(_ text: String) throws(JobFailure) {
        do throws(Problem) {
            destination = try Self.destination(of: text)
        } catch {
            throw JobFailure(text: "invalid url \(Self.redact(wrong: text)): \(error.reason)", code: 400)
        }
    }

    init(_ destination: Destination) {
        self.destination = destination
    }

    /// What carries it; nil for a WebSocket.
    var transport: StreamPlan.Transport? {
        switch destination {
        case .server(.rtmp), .twitch: .rtmp
        case .server(.srt): .srt
        case .webSocket: nil
        }
    }

    /// What is wrong with a URL.
    struct Problem: Error {
        var reason: String
    }

    private static func destination(of text: String) throws(Problem) -> Destination {
        guard text.utf8.count <= maximumLength else {
            throw Problem(reason: "it has \(text.utf8.count) bytes, more than \(maximumLength)")
        }
        // librtmp's way to ask for a live stream, which everything sent here is.
        let text = text.hasSuffix(" live=1") ? String(text.dropLast(" live=1".count)) : text
        guard text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw Problem(reason: "it holds a space or a character outside ASCII; write it percent-encoded")
        }
        guard let separator = text.firstRange(of: "://") else {
            throw Problem(reason: "it has no scheme such as rtmp://")
        }
        let rest = text[separator.upperBound...]
        switch text[..<separator.lowerBound].lowercased() {
        case "rtmp": return try rtmp(rest, isSecure: false)
        case "rtmps": return try rtmp(rest, isSecure: true)
        case "mux":
            let server = "global-live.mux.com:443"
            let key = try keyAlone(rest, scheme: "mux")
            return .server(.rtmp(RTMPTarget(isSecure: true, server: server, application: "app", key: key)))
        case "twitch": return .twitch(key: try keyAlone(rest, scheme: "twitch"))
        case "srt": return .server(.srt(try SRTTarget(url: rest)))
        case "ws": return .webSocket(try WebSocketAddress(url: rest, isSecure: false))
        case "wss": return .webSocket(try WebSocketAddress(url: rest, isSecure: true))
        default:
            throw Problem(reason: "its scheme is none of rtmp, rtmps, mux, twitch, srt, ws and wss")
        }
    }

    /// `[name:password@]host[:port]/app[/instance]/key[?parameters]`.
    private static func rtmp(_ rest: Substring, isSecure: Bool) throws(Problem) -> Destination {
        let missing = Problem(reason: "it must have the form \(isSecure ? "rtmps" : "rtmp")://host/app/streamkey")
        guard let slash = rest.firstIndex(of: "/") else { throw missing }
        let authority = try URLAuthority(rest[..<slash])
        let path = rest[rest.index(after: slash)...]
        // A stream key's parameters may contain slashes; parameters of the application come before the last one.
        let bare = path.prefix { $0 != "?" }
        let split = bare.lastIndex(of: "/") ?? path.lastIndex(of: "/")
        guard let split, split > path.startIndex else { throw missing }
        let key = String(path[path.index(after: split)...])
        guard !key.isEmpty else { throw Problem(reason: "the stream key is missing after the last slash") }
        guard key.utf8.count <= maximumKeyLength else {
            throw Problem(reason: "the stream key is longer than \(maximumKeyLength) bytes")
        }
        let application = String(path[..<split])
        if application == "app", authority.host.hasSuffix(".contribute.live-video.net") { return .twitch(key: key) }
        return .server(
            .rtmp(
                RTMPTarget(
                    isSecure: isSecure,
                    credentials: authority.credentials,
                    server: authority.server,
                    application: application,
                    key: key
                )
            )
        )
    }

    private static func keyAlone(_ rest: Substring, scheme: String) throws(Problem) -> String {
        let key = rest.hasSuffix("/") ? rest.dropLast() : rest
        guard !key.isEmpty, !key.prefix(while: { $0 != "?" }).contains("/"), key.utf8.count <= maximumKeyLength else {
            throw Problem(reason: "it must have the form \(scheme)://streamkey")
        }
        return String(key)
    }
}
