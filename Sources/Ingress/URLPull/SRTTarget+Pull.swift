import Media

extension SRTTarget {
    /// The options of an SRT URL as `srt://host:port?streamid=…&latency=…` gives them, delays in milliseconds.
    ///
    /// Options that mean nothing to a caller that receives are left out.
    static func options(of url: PullURL) throws(PullFailure) -> [Option: String] {
        guard url.credentials == nil else {
            throw PullFailure(.invalidURL, "invalid url: SRT has no names and passwords; give streamid or passphrase")
        }
        var options: [Option: String] = [:]
        for pair in url.query.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = parts[0].lowercased()
            let bytes = BasicCredentials.percentDecoded(parts.count == 2 ? String(parts[1]) : "")
            guard let value = String(validating: bytes, as: UTF8.self), !value.isEmpty, !value.utf8.contains(0) else {
                throw PullFailure(.invalidURL, "invalid url: its option \(name.prefix(32)) has no readable value")
            }
            if name == "mode", value != "caller" {
                throw PullFailure(.invalidURL, "invalid url: its mode must be caller, since it is pulled")
            }
            guard let option = Option(rawValue: name) else { continue }
            guard option.accepts(value) else {
                throw PullFailure(.invalidURL, "invalid url: its \(name) must be \(option.rule)")
            }
            options[option] = value
        }
        return options
    }
}

extension SRTTarget.Option {
    fileprivate func accepts(_ value: String) -> Bool {
        switch self {
        // What libsrt takes.
        case .streamID: value.utf8.count <= 512
        case .passphrase: (10...79).contains(value.utf8.count)
        case .keyLength: ["0", "16", "24", "32"].contains(value)
        case .latency, .receiverLatency, .peerLatency: Int(value).map { (0...60_000).contains($0) } ?? false
        case .segmentSize: Int(value).map { (76...1500).contains($0) } ?? false
        case .packetSize: Int(value).map { (188...1456).contains($0) } ?? false
        case .overhead: Int(value).map { (5...100).contains($0) } ?? false
        case .maximumBandwidth: Int(value).map { (-1...1_000_000_000_000).contains($0) } ?? false
        case .dropsLatePackets, .reportsLosses: ["0", "1", "true", "false"].contains(value)
        }
    }

    fileprivate var rule: String {
        switch self {
        case .streamID: "512 bytes at most"
        case .passphrase: "10 to 79 characters"
        case .keyLength: "16, 24 or 32"
        case .latency, .receiverLatency, .peerLatency: "a number of milliseconds up to 60000"
        case .segmentSize: "a number of bytes from 76 to 1500"
        case .packetSize: "a number of bytes from 188 to 1456"
        case .overhead: "a percentage from 5 to 100"
        case .maximumBandwidth: "a number of bytes a second"
        case .dropsLatePackets, .reportsLosses: "0 or 1"
        }
    }
}
