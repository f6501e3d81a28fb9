import NIOHTTP1

/// What a response says of the bytes it brings (RFC 9110 §14, §15.3.7).
struct ByteRangeAnswer {
    let status: Int
    /// The first byte that follows; nil if the answer is none.
    let first: Int64?
    /// Bytes of the whole resource, if it says.
    let total: Int64?
    /// What tells this state of the resource from another, for `If-Range`.
    let validator: String?
    /// Without parameters; lower case.
    let mediaType: String
    private let encoding: String?

    init(status: Int, headers: HTTPHeaders) {
        self.status = status
        let type = headers.first(name: "content-type") ?? ""
        mediaType = String(type.prefix { $0 != ";" }.filter { !$0.isWhitespace }.lowercased().prefix(64))
        encoding = headers.first(name: "content-encoding")?.lowercased()
        // A weak validator does not promise equal bytes (RFC 9110 §13.1.5).
        validator = headers.first(name: "etag").flatMap { $0.hasPrefix("W/") || $0.utf8.count > 256 ? nil : $0 }
        if status == 206, let range = headers.first(name: "content-range") {
            let (start, whole) = Self.parse(range)
            first = start
            total = whole
        } else {
            first = status == 200 ? 0 : nil
            let count = headers.first(name: "content-length").flatMap { Int64($0) }
            total = headers.contains(name: "transfer-encoding") ? nil : count.flatMap { $0 >= 0 ? $0 : nil }
        }
    }

    /// Whether the server serves ranges.
    var isPartial: Bool { status == 206 && first != nil }

    /// An error unless bytes from `wanted` on follow.
    func check(first wanted: Int64, place: String) throws(PullFailure) {
        guard status == 200 || status == 206 else {
            // Those that may be different next time (RFC 9110 §15.5.9, RFC 6585 §4).
            let isPassing = status >= 500 || [408, 425, 429].contains(status)
            let text = "HTTP request failed with code \(status): \(place)"
            throw PullFailure(isPassing ? .unavailable : .notFound, text)
        }
        guard encoding == nil || encoding == "identity" else {
            throw PullFailure(.unsupportedContainer, "\(place) sends its media compressed, which was not asked for")
        }
        guard first == wanted else {
            throw PullFailure(.unsupportedContainer, "\(place) does not serve the range of bytes that was asked for")
        }
    }

    /// `bytes 0-99/200` or `bytes 0-99/*`.
    private static func parse(_ text: String) -> (Int64?, Int64?) {
        let parts = text.split(separator: " ")
        guard parts.count == 2, parts[0].lowercased() == "bytes" else { return (nil, nil) }
        let sides = parts[1].split(separator: "/")
        guard sides.count == 2, let start = sides[0].split(separator: "-").first.flatMap({ Int64($0) }), start >= 0
        else { return (nil, nil) }
        return (start, Int64(sides[1]).flatMap { $0 > start ? $0 : nil })
    }
}
