import Media

extension SRTTarget {
    /// The address after `srt://`: `host:port[?option=value&…]`.
    ///
    /// Options that mean nothing to a caller that sends live are left out.
    init(url rest: Substring) throws(StreamURL.Problem) {
        let end = rest.firstIndex { $0 == "?" || $0 == "/" } ?? rest.endIndex
        let authority = try URLAuthority(rest[..<end])
        guard authority.credentials == nil else {
            throw StreamURL.Problem(reason: "SRT has no names and passwords; give streamid or passphrase")
        }
        guard authority.port != nil else {
            throw StreamURL.Problem(reason: "it must have the form srt://host:port")
        }
        self.init(server: authority.server)
        let query = rest[end...].drop { $0 != "?" }.dropFirst()
        for pair in query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            guard let value = (parts.count == 2 ? parts[1] : "").percentDecoded, !value.isEmpty else {
                throw StreamURL.Problem(reason: "its option \(Self.printable(parts[0])) has no readable value")
            }
            try set(parts[0].lowercased(), to: value)
        }
    }

    private mutating func set(_ name: String, to value: String) throws(StreamURL.Problem) {
        if name == "mode", value != "caller" {
            throw StreamURL.Problem(reason: "its mode must be caller: streams are sent to a listener")
        }
        guard let option = Option(rawValue: name) else { return }
        guard option.permits(value) else {
            throw StreamURL.Problem(reason: "its \(name) must be \(option.rule)")
        }
        options[option] = value
    }

    private static func printable(_ name: Substring) -> String { String(name.prefix(32)) }
}

extension SRTTarget.Option {
    fileprivate func permits(_ value: String) -> Bool {
        switch self {
        // What libsrt takes.
        case .streamID: value.utf8.count <= 512
        case .passphrase: (10...79).contains(value.utf8.count)
        case .keyLength: ["0", "16", "24", "32"].contains(value)
        case .overhead: UInt8(value).map { (5...100).contains($0) } ?? false
        case .packetSize: Int(value).map { (188...1456).contains($0) } ?? false
        case .segmentSize: Int(value).map { (76...1500).contains($0) } ?? false
        case .dropsLatePackets, .reportsLosses: ["0", "1", "true", "false"].contains(value)
        case .latency, .receiverLatency, .peerLatency: Int(value).map { (0...60_000).contains($0) } ?? false
        case .maximumBandwidth: Int(value).map { (-1...1_000_000_000_000).contains($0) } ?? false
        }
    }

    fileprivate var rule: String {
        switch self {
        case .streamID: "512 bytes at most"
        case .passphrase: "10 to 79 characters"
        case .keyLength: "16, 24 or 32"
        case .overhead: "a percentage from 5 to 100"
        case .packetSize: "a number of bytes from 188 to 1456"
        case .segmentSize: "a number of bytes from 76 to 1500"
        case .dropsLatePackets, .reportsLosses: "0 or 1"
        case .latency, .receiverLatency, .peerLatency: "a number of milliseconds up to 60000"
        case .maximumBandwidth: "a number of bytes a second"
        }
    }
}

extension Substring {
    /// The text with `%41` made into `A`; nil if that is no UTF-8.
    fileprivate var percentDecoded: String? {
        var bytes: [UInt8] = []
        var rest = utf8[...]
        while let byte = rest.popFirst() {
            if byte == UInt8(ascii: "%") {
                guard let value = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16) else { return nil }
                rest = rest.dropFirst(2)
                bytes.append(value)
            } else {
                bytes.append(byte)
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
