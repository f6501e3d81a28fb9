/// A playlist of HLS (RFC 8216) as it is handed to the demuxer: every reference a whole URL, and of a master playlist's
/// variants the one to be pulled.
///
/// FFmpeg would take references as relative to the URL it asked for, not to where redirects led, and would open every variant.
struct PlaylistText: Sendable, Hashable {
    /// Bytes of a playlist at most: ten hours of segments of two seconds, with room.
    static let limit = 4 << 20
    /// What a playlist begins with (§4.3.1.1).
    static let signature = Array("#EXTM3U".utf8)
    /// Tags that mean nothing to a player of one variant, but hold references (§4.3.4 and the low-latency extensions).
    private static let dropped = [
        "#EXT-X-I-FRAME-STREAM-INF", "#EXT-X-SESSION-KEY", "#EXT-X-SESSION-DATA", "#EXT-X-PART", "#EXT-X-PRELOAD-HINT",
        "#EXT-X-RENDITION-REPORT", "#EXT-X-SKIP", "#EXT-X-DATERANGE", "#EXT-X-CONTENT-STEERING",
    ]

    /// The playlist to be read.
    let text: String
    /// Whether it names variants rather than segments.
    let isMaster: Bool
    /// Whether segments will be added.
    let isGrowing: Bool

    /// Takes a playlist found at `url`; an error if something in it may not be fetched.
    init(_ bytes: [UInt8], at url: PullURL) throws(PullFailure) {
        let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
            .filter { line in !Self.dropped.contains { line.hasPrefix($0) } }
        isMaster = lines.contains { $0.hasPrefix("#EXT-X-STREAM-INF:") }
        isGrowing = !isMaster && !lines.contains { $0.hasPrefix("#EXT-X-ENDLIST") }
        var result = "#EXTM3U\n"
        for line in isMaster ? MasterPlaylist.reduced(lines) : Array(lines.dropFirst()) {
            result += try Self.absolute(line, at: url)
            result += "\n"
        }
        text = result
    }

    /// A line with its reference made a whole URL.
    private static func absolute(_ line: Substring, at url: PullURL) throws(PullFailure) -> String {
        guard line.first == "#" else { return try reference(line, at: url) }
        guard line.hasPrefix("#EXT"), let start = line.firstRange(of: "URI=\"") else { return String(line) }
        let rest = line[start.upperBound...]
        guard let end = rest.firstIndex(of: "\"") else { return String(line) }
        return "\(line[..<start.upperBound])\(try reference(rest[..<end], at: url))\(rest[end...])"
    }

    private static func reference(_ text: Substring, at url: PullURL) throws(PullFailure) -> String {
        let target = try url.resolving(text)
        guard target.scheme == .http || target.scheme == .https else {
            throw PullFailure(.invalidURL, "a playlist names \(target.place); only http and https are fetched")
        }
        return target.text
    }
}
