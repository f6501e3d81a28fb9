extension StreamTarget {
    /// FFmpeg's name of the container.
    var formatName: String {
        switch self {
        case .rtmp: "flv"
        case .srt: "mpegts"
        }
    }

    /// What must not appear in any text.
    var secrets: [String] {
        switch self {
        case .rtmp(let target):
            // Servers may repeat the name without its parameters; an application's parameters may let somebody in.
            [
                target.key, target.key.split(separator: "?").first.map(String.init), target.credentials,
                target.application.firstIndex(of: "?").map { String(target.application[$0...]) },
            ].compactMap { $0 }
        case .srt(let target): [target.options[.streamID], target.options[.passphrase]].compactMap { $0 }
        }
    }

    /// The URL for FFmpeg, without what the options say: it is quoted in messages.
    var address: String {
        switch self {
        case .rtmp(let target):
            "\(target.isSecure ? "rtmps" : "rtmp")://\(target.credentials.map { "\($0)@" } ?? "")\(target.server)/"
        case .srt: place
        }
    }

    /// What the protocols are opened with.
    func options(trust: StreamTrust) -> [String: String] {
        switch self {
        case .rtmp(let target):
            var options = ["rtmp_app": target.application, "rtmp_playpath": target.key]
            options["protocol_whitelist"] = target.isSecure ? "rtmps,tls,tcp" : "rtmp,tcp"
            guard target.isSecure else {
                options["tcp_nodelay"] = "1"
                return options
            }
            options["tls_verify"] = "1"
            options["ca_file"] = trust.authorities
            return options
        case .srt(let target):
            var options = ["mode": "caller", "protocol_whitelist": "srt"]
            for (option, value) in target.options { options[option.rawValue] = option.value(value) }
            return options
        }
    }

    /// What the muxer is opened with.
    var muxerOptions: [String: String] {
        switch self {
        // The length of a live stream is not known, and cannot be filled in later.
        case .rtmp: ["flvflags": "no_duration_filesize"]
        case .srt: [:]
        }
    }
}

extension SRTTarget.Option {
    /// The value in FFmpeg's unit: delays are microseconds there, and milliseconds everywhere else.
    fileprivate func value(_ text: String) -> String {
        switch self {
        case .latency, .receiverLatency, .peerLatency:
            Int64(text).map { String($0.multipliedClamped(by: 1000)) } ?? text
        default: text
        }
    }
}

extension Int64 {
    fileprivate func multipliedClamped(by factor: Int64) -> Int64 {
        let (product, overflow) = multipliedReportingOverflow(by: factor)
        return overflow ? .max : product
    }
}
