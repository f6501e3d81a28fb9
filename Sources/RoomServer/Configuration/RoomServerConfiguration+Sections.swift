import MediaWire
import Settings

// The sections of a configuration file. Each reads the keys it knows and reports the rest.

extension RoomServerConfiguration.RTC {
    mutating func read(_ section: YAMLSection, _ unknown: inout [String]) throws(ConfigurationError) {
        var section = section
        if let port = try section.integer("udp_port", in: 0...65_535) { udpPort = port }
        if let port = try section.integer("tcp_port", in: 0...65_535) { tcpPort = port == 0 ? nil : port }
        if let address = try section.text("node_ip"), !address.isEmpty { nodeIP = address }
        unknown += section.unknownKeys
    }
}

extension RoomServerConfiguration.Room {
    mutating func read(_ section: YAMLSection, _ unknown: inout [String]) throws(ConfigurationError) {
        var section = section
        if let flag = try section.flag("auto_create") { autoCreate = flag }
        if let codecs = try section.sections("enabled_codecs") {
            enabledCodecs = []
            for var section in codecs {
                let mime = try section.text("mime") ?? ""
                unknown += section.unknownKeys
                // Retransmissions come with every video codec.
                if mime.lowercased() == "video/rtx" { continue }
                guard let codec = Codec(mimeType: mime) else {
                    let known = Codec.allCases.map(\.mimeType).joined(separator: ", ")
                    throw section.error("mime", "must be one of \(known), not \"\(mime)\"")
                }
                enabledCodecs.append(codec)
            }
        }
        if let number = try section.integer("max_participants", in: 0...1_000_000) { maxParticipants = number }
        if let seconds = try section.integer("empty_timeout", in: 0...31_536_000) { emptyTimeout = seconds }
        if let seconds = try section.integer("departure_timeout", in: 0...31_536_000) { departureTimeout = seconds }
        if let flag = try section.flag("enable_remote_unmute") { enableRemoteUnmute = flag }
        if let flag = try section.flag("sync_streams") { syncStreams = flag }
        unknown += section.unknownKeys
    }
}

extension RoomServerConfiguration.Audio {
    mutating func read(_ section: YAMLSection, _ unknown: inout [String]) throws(ConfigurationError) {
        var section = section
        if let level = try section.integer("active_level", in: 0...127) { activeLevel = level }
        if let percent = try section.integer("min_percentile", in: 0...100) { minPercentile = percent }
        if let milliseconds = try section.integer("update_interval", in: 20...60_000) { updateInterval = milliseconds }
        if let intervals = try section.integer("smooth_intervals", in: 0...100) { smoothIntervals = intervals }
        unknown += section.unknownKeys
    }
}

extension RoomServerConfiguration.Limit {
    mutating func read(_ section: YAMLSection, _ unknown: inout [String]) throws(ConfigurationError) {
        var section = section
        if let bytes = try section.integer("max_room_name_length", in: 1...65_536) { maxRoomNameLength = bytes }
        if let bytes = try section.integer("max_participant_identity_length", in: 1...65_536) {
            maxParticipantIdentityLength = bytes
        }
        if let bytes = try section.integer("max_api_request_body_size", in: 1024...(1 << 30)) {
            maxAPIRequestBodySize = bytes
        }
        unknown += section.unknownKeys
    }
}

extension RoomServerConfiguration.Webhook {
    mutating func read(_ section: YAMLSection, _ unknown: inout [String]) throws(ConfigurationError) {
        var section = section
        if let key = try section.text("api_key") { apiKey = key }
        for url in try section.texts("urls") ?? [] {
            guard url.hasPrefix("http://") || url.hasPrefix("https://") else {
                throw section.error("urls", "must be http or https URLs, not \"\(url)\"")
            }
            urls.append(url)
        }
        unknown += section.unknownKeys
    }
}

extension RoomServerConfiguration.Ingress {
    mutating func read(_ section: YAMLSection, _ unknown: inout [String]) throws(ConfigurationError) {
        var section = section
        rtmpBaseURL = try Self.address("rtmp_base_url", ["rtmp", "rtmps"], &section)
        whipBaseURL = try Self.address("whip_base_url", ["http", "https"], &section)
        unknown += section.unknownKeys
    }

    private static func address(
        _ key: String,
        _ schemes: [String],
        _ section: inout YAMLSection
    ) throws(ConfigurationError) -> String {
        guard let url = try section.text(key), !url.isEmpty else { return "" }
        guard schemes.contains(where: { url.hasPrefix("\($0)://") }) else {
            throw section.error(key, "must be an address that begins with \(schemes[0])://, not \"\(url)\"")
        }
        return url
    }
}
