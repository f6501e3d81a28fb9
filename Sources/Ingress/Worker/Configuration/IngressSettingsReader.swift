import JobProcess
import Settings

/// Reads what an ingress worker's configuration file says of the work, section by section.
struct IngressSettingsReader {
    /// What was odd about it.
    private(set) var oddities: SettingOddities

    init(oddities: SettingOddities) { self.oddities = oddities }

    /// Reads what concerns the work itself, whoever gives it.
    mutating func read(
        _ top: inout YAMLSection,
        into worker: inout IngressWorkerConfiguration
    ) throws(ConfigurationError) {
        try ports(&top, &worker.ports)
        try media(top.section("rtc_config"), &worker.ports)
        worker.costs = try costs(top.section("cpu_cost"))
        if let time = try top.duration("publisher_grace_period") { worker.grace = try grace(time, top) }
        if let conflict = try top.choice("publisher_conflict", of: PublisherConflict.self) {
            worker.conflict = conflict
        }
        worker.allowedNetworks = try networks(&top)
        if let folder = try top.text("session_logs") { worker.process.logFolder = folder }
        if let nice = try top.integer("session_nice", in: 0...19) { worker.process.nice = nice }
        if let gigabytes = try top.number("session_max_memory", in: 0...Self.mostGigabytes) {
            worker.process.memory = Int64(gigabytes * Double(1 << 30))
        }
        if let cores = try top.number("cores", in: 0.1...1024) { worker.cores = cores }
        markIdle(&top, "", Self.idleKeys)
    }

    // MARK: - Ports

    private mutating func ports(_ top: inout YAMLSection, _ ports: inout IngressPorts) throws(ConfigurationError) {
        ports.rtmp = try inputPort(&top, "rtmp_port", usual: 1935)
        ports.whip = try inputPort(&top, "whip_port", usual: 8080)
        ports.rtmps = try inputPort(&top, "rtmps_port", usual: nil)
        let certificates = try top.text("tls_cert_file") ?? ""
        let key = try top.text("tls_key_file") ?? ""
        guard certificates.isEmpty == key.isEmpty else {
            throw top.error("tls_key_file", "tls_cert_file and tls_key_file go together")
        }
        if !key.isEmpty { ports.tls = IngressPorts.TLSFiles(certificates: certificates, key: key) }
        guard ports.rtmps == nil || ports.tls != nil else {
            throw top.error("rtmps_port", "needs tls_cert_file and tls_key_file: what RTMPS shows to publishers")
        }
        if let address = try top.text("bind_address"), !address.isEmpty { ports.bindAddress = address }
    }

    /// LiveKit's way: missing or 0 is the usual port, -1 is off.
    private func inputPort(
        _ top: inout YAMLSection,
        _ key: String,
        usual: Int?
    ) throws(ConfigurationError) -> Int? {
        let port = try top.integer(key, in: -1...65_535) ?? 0
        if port < 0 { return nil }
        return port == 0 ? usual : port
    }

    private mutating func media(_ section: YAMLSection, _ ports: inout IngressPorts) throws(ConfigurationError) {
        var section = section
        if let port = try section.integer("udp_port", in: 0...65_535), port > 0 { ports.media = port }
        if let port = try section.integer("tcp_port", in: 0...65_535), port > 0 { ports.mediaTCP = port }
        if let address = try section.text("node_ip"), !address.isEmpty { ports.nodeIP = address }
        markIdle(&section, "rtc_config.", Self.idleMediaKeys)
        oddities.close(section)
    }

    // MARK: - Sections

    private mutating func costs(_ section: YAMLSection) throws(ConfigurationError) -> IngressCostTable {
        var section = section
        var table = IngressCostTable()
        if let value = try section.number("rtmp_cpu_cost", in: 0...1024) { table.rtmp = value }
        if let value = try section.number("whip_cpu_cost", in: 0...1024) { table.whip = value }
        if let value = try section.number("whip_bypass_transcoding_cpu_cost", in: 0...1024) { table.whipBypass = value }
        if let value = try section.number("url_cpu_cost", in: 0...1024) { table.url = value }
        if let value = try section.number("min_idle_ratio", in: 0...0.99) { table.minimumIdle = value }
        oddities.close(section)
        return table
    }

    private func grace(_ time: Duration, _ top: YAMLSection) throws(ConfigurationError) -> Duration {
        guard time <= Self.longestGrace else {
            throw top.error("publisher_grace_period", "must be at most 1h, not longer")
        }
        return time
    }

    private func networks(_ top: inout YAMLSection) throws(ConfigurationError) -> [String] {
        let networks = try top.texts("url_allowed_networks") ?? []
        for network in networks {
            do throws(AddressRange.Invalid) {
                _ = try AddressRange(network)
            } catch {
                throw top.error("url_allowed_networks", error.description)
            }
        }
        return networks
    }

    private mutating func markIdle(_ section: inout YAMLSection, _ prefix: String, _ keys: [(String, String)]) {
        for (key, why) in keys { oddities.markIdle(&section, prefix, [key], because: why) }
    }

    /// LiveKit's keys for what is done otherwise here.
    private static let idleKeys = [
        ("debug_handler_port", "there is nothing to be seen there"),
        ("http_relay_port", "sessions get their media through a socket of their own"),
        ("development", "logs are the same everywhere"),
        ("whip_proxy_enabled", "media that is not transcoded goes through the worker"),
        ("enable_stream_latency_reduction", "media is never held back"),
    ]
    private static let idleMediaKeys = [
        ("port_range_start", "all publishers share one UDP port, see rtc_config.udp_port"),
        ("port_range_end", "all publishers share one UDP port, see rtc_config.udp_port"),
        ("use_external_ip", "name the address in rtc_config.node_ip"),
        ("stun_servers", "name the address in rtc_config.node_ip"),
        ("interfaces", "media is bound to bind_address"),
        ("ips", "media is bound to bind_address"),
        ("use_mdns", "addresses are told as they are"),
        ("enable_loopback_candidate", "loopback is told where there is nothing else"),
    ]
    private static let mostGigabytes = 65_536.0
    private static let longestGrace = Duration.seconds(3600)
}
