/// Reads what an RTSP server sends, and lets no redirect through: FFmpeg would connect to wherever one leads.
///
/// It knows less than FFmpeg and refuses what it does not know, so that the two cannot read the same bytes differently:
///
///     boundary ──"$"──▶ packet of a known length (RFC 2326 §10.12) ──▶ boundary
///        └──"RTSP/1.0 2xx|4xx|5xx" or a request that needs nothing──▶ head ──▶ body of Content-Length ──▶ boundary
struct RTSPReplyFilter: Sendable {
    /// Bytes of a head and of a description at most.
    static let limits = (head: 16 << 10, body: 256 << 10)

    private enum State: Sendable {
        case boundary
        /// `$`, the channel and the length, as far as they have come.
        case prefix([UInt8])
        case head([UInt8])
        case skip(Int)
    }

    private var state = State.boundary

    /// Takes the next bytes; an error if they must not reach FFmpeg.
    mutating func check(_ bytes: some Collection<UInt8>) throws(PullFailure) {
        var rest = bytes[...]
        while let byte = rest.first {
            switch state {
            case .skip(let count):
                let skipped = min(count, rest.count)
                rest = rest.dropFirst(skipped)
                state = skipped < count ? .skip(count - skipped) : .boundary
            case .boundary:
                state = byte == UInt8(ascii: "$") ? .prefix([]) : .head([])
            case .prefix(var prefix):
                prefix.append(byte)
                rest = rest.dropFirst()
                state = try Self.next(prefix)
            case .head(var head):
                head.append(byte)
                rest = rest.dropFirst()
                state = try Self.next(head: head)
            }
        }
    }

    private static func next(_ prefix: [UInt8]) throws(PullFailure) -> State {
        guard prefix.count == 4 else { return .prefix(prefix) }
        let length = Int(prefix[2]) << 8 | Int(prefix[3])
        // FFmpeg takes the content of a shorter one for a reply.
        guard length >= 8 else { throw refusal("a packet of \(length) bytes") }
        return .skip(length)
    }

    private static func next(head: [UInt8]) throws(PullFailure) -> State {
        guard head.count <= limits.head else { throw refusal("a head of more than \(limits.head) bytes") }
        guard head.suffix(4).elementsEqual(Array("\r\n\r\n".utf8)) else { return .head(head) }
        let lines = String(decoding: head.dropLast(4), as: UTF8.self)
            .split(separator: "\r\n", omittingEmptySubsequences: false)
        guard lines.allSatisfy(isPlain) else { throw refusal("a malformed line") }
        guard let first = lines.first else { throw refusal("an empty head") }
        try check(first)
        let length = try contentLength(of: lines.dropFirst())
        return length > 0 ? .skip(length) : .boundary
    }

    private static func isPlain(_ line: Substring) -> Bool {
        !line.isEmpty && line.first != "$" && line.utf8.allSatisfy { $0 >= 0x20 || $0 == UInt8(ascii: "\t") }
    }

    private static func check(_ line: Substring) throws(PullFailure) {
        let words = line.split(separator: " ")
        let harmless: [Substring] = ["OPTIONS", "GET_PARAMETER", "SET_PARAMETER"]
        if let method = words.first, harmless.contains(method), words.last == "RTSP/1.0" { return }
        guard words.count >= 2, words[0] == "RTSP/1.0", words[1].utf8.count == 3, let status = Int(words[1]) else {
            throw refusal("a line that is neither a reply nor a known request")
        }
        guard !(300..<400).contains(status) else {
            throw PullFailure(
                .refusedAddress,
                "the RTSP server redirects, which is not followed; give the URL it leads to"
            )
        }
    }

    private static func contentLength(of lines: ArraySlice<Substring>) throws(PullFailure) -> Int {
        var length: Int?
        for line in lines {
            guard let colon = line.firstIndex(of: ":") else { throw refusal("a header without a colon") }
            guard line[..<colon].lowercased() == "content-length" else {
                // What stands for the same elsewhere must not be read otherwise here.
                guard !line[..<colon].contains(where: \.isWhitespace) else { throw refusal("a malformed header") }
                continue
            }
            let digits = line[line.index(after: colon)...].drop { $0 == " " }
            guard length == nil, (1...6).contains(digits.utf8.count),
                digits.utf8.allSatisfy({ (48...57).contains($0) }), let number = Int(digits), number <= limits.body
            else { throw refusal("a length that is no number up to \(limits.body)") }
            length = number
        }
        return length ?? 0
    }

    private static func refusal(_ what: String) -> PullFailure {
        PullFailure(.unsupportedContainer, "the RTSP server sends \(what)")
    }
}
