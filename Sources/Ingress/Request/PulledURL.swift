import LiveKitProtocol

/// What a URL ingress pulls, looked over: a scheme that can be pulled, and a host.
///
/// It may hold credentials, in front of the host or in its query: `redacted` is what others may see of it.
struct PulledURL: Sendable, Hashable {
    /// The schemes that can be pulled, as they are told to whoever asks for another.
    static let schemes = ["http", "https", "srt", "rtsp", "rtsps", "rtmp", "rtmps"]

    private let scheme: String
    private let credentials: Bool
    /// The host, the port and the path.
    private let place: String
    private let query: Bool

    /// Looks a URL over; an error names its scheme at most.
    init(_ text: String) throws(TwirpError) {
        try IngressLimits.check(text, "url", IngressLimits.maximumURL)
        let isPrintable = text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
        guard isPrintable, let colon = text.firstRange(of: "://") else {
            throw .invalid("url", "it is no URL; it should look like https://host/path, without spaces")
        }
        scheme = text[..<colon.lowerBound].lowercased()
        guard Self.schemes.contains(scheme) else {
            throw TwirpError(
                .invalidArgument,
                "invalid url scheme \(scheme.prefix(20)): it must be one of \(Self.schemes.joined(separator: ", "))"
            )
        }
        let rest = text[colon.upperBound...]
        let authority = rest.prefix { !"/?#".contains($0) }
        let host = authority[(authority.lastIndex(of: "@").map(authority.index(after:)) ?? authority.startIndex)...]
        guard !host.isEmpty, !host.hasPrefix(":") else { throw .invalid("url", "it names no host") }
        credentials = host.startIndex != authority.startIndex
        let beforeQuery = rest.prefix { !"?#".contains($0) }
        place = String(beforeQuery[host.startIndex...])
        query = beforeQuery.endIndex != rest.endIndex
    }

    /// The URL without what may be secret: credentials, the name of an RTMP stream, and whatever follows the path.
    var redacted: String {
        "\(scheme)://\(credentials ? "{credentials}@" : "")\(publicPlace)\(query ? "?{query}" : "")"
    }

    private var publicPlace: String {
        guard scheme.hasPrefix("rtmp"), let slash = place.lastIndex(of: "/") else { return place }
        return String(place[...slash]) + "{stream_key}"
    }
}
