/// The part of a URL that names a server: `[name:password@]host[:port]`.
struct URLAuthority: Sendable, Hashable {
    /// `name:password`, as it is written.
    var credentials: String?
    /// Lower case; an IPv6 address without its brackets.
    var host: String
    var port: Int?

    init(_ text: Substring) throws(StreamURL.Problem) {
        var rest = text
        if let at = rest.lastIndex(of: "@") {
            credentials = String(rest[..<at])
            rest = rest[rest.index(after: at)...]
        }
        if rest.first == "[" {
            guard let end = rest.firstIndex(of: "]") else {
                throw StreamURL.Problem(reason: "the bracket of its address is not closed")
            }
            host = rest[rest.index(after: rest.startIndex)..<end].lowercased()
            rest = rest[rest.index(after: end)...]
            guard !host.isEmpty, host.utf8.allSatisfy({ "0123456789abcdef:.%".utf8.contains($0) }) else {
                throw StreamURL.Problem(reason: "there is no IPv6 address in its brackets")
            }
        } else {
            host = rest.prefix { $0 != ":" }.lowercased()
            rest = rest.dropFirst(host.utf8.count)
        }
        guard !host.isEmpty else { throw StreamURL.Problem(reason: "it names no host") }
        let isAddress = host.contains(":")
        guard isAddress || host.utf8.allSatisfy(Self.isPartOfName) else {
            throw StreamURL.Problem(reason: "its host is no name: letters, digits, dots and hyphens make one")
        }
        guard !rest.isEmpty else { return }
        guard rest.first == ":", let number = UInt16(rest.dropFirst()), number > 0 else {
            throw StreamURL.Problem(reason: "its port is not a number between 1 and 65535")
        }
        port = Int(number)
    }

    /// Host and port as they are written in a URL.
    var server: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return port.map { "\(name):\($0)" } ?? name
    }

    private static func isPartOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"): true
        case UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"): true
        default: false
        }
    }
}
