/// A host and a port.
struct RedisAddress: Hashable, CustomStringConvertible {
    /// Redis' own port.
    static let defaultPort = 6379

    var host: String
    var port: Int

    init(host: String, port: Int) {
        self.host = host
        self.port = port
    }

    /// Reads `host:port`, `host`, `[v6]:port` or `[v6]`.
    init(_ text: String) throws(BusError) {
        let wrong = BusError("\"\(text)\" is no address of Redis: host:port is expected, such as localhost:6379")
        var host = Substring(text)
        var port: Substring?
        if text.hasPrefix("[") {
            guard let end = text.firstIndex(of: "]") else { throw wrong }
            host = text[text.index(after: text.startIndex)..<end]
            let rest = text[text.index(after: end)...]
            guard rest.isEmpty || rest.hasPrefix(":") else { throw wrong }
            port = rest.isEmpty ? nil : rest.dropFirst()
        } else if let colon = text.lastIndex(of: ":") {
            host = text[..<colon]
            port = text[text.index(after: colon)...]
            guard !host.contains(":"), !host.contains("/") else { throw wrong }
        }
        guard !host.isEmpty else { throw wrong }
        self.host = String(host)
        guard let number = port.map({ UInt16($0) }) ?? UInt16(Self.defaultPort), number > 0 else { throw wrong }
        self.port = Int(number)
    }

    var description: String { host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)" }
}
