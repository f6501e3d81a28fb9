public import MessageBus

extension RedisConfiguration {
    /// Reads LiveKit's `redis:` block; keys of its connection pool are taken and have no effect.
    ///
    /// - Throws: `ConfigurationError` if neither an address nor Sentinels are given, or for what this client cannot do.
    public init(_ section: inout YAMLSection) throws(ConfigurationError) {
        let clusters = try section.texts("cluster_addresses") ?? []
        guard clusters.isEmpty else {
            throw section.error("cluster_addresses", "Redis Cluster is not supported: use `address` or Sentinel")
        }
        let master = try section.text("sentinel_master_name") ?? ""
        let address = try section.text("address") ?? ""
        guard !address.isEmpty || !master.isEmpty else {
            throw section.error("address", "is missing: host:port of Redis, or sentinel_master_name with its Sentinels")
        }
        self.init(
            address: address,
            username: try section.text("username") ?? "",
            password: try section.text("password") ?? "",
            db: try section.integer("db", in: 0...1_000_000) ?? 0,
            tls: try Self.tls(&section),
            sentinel: try Self.sentinel(&section, master)
        )
        if let milliseconds = try section.integer("dial_timeout", in: 1...600_000) {
            dialTimeout = .milliseconds(milliseconds)
        }
        let reading = try section.integer("read_timeout", in: 1...600_000) ?? 0
        let writing = try section.integer("write_timeout", in: 1...600_000) ?? 0
        if max(reading, writing) > 0 { commandTimeout = .milliseconds(max(reading, writing)) }
        for key in ["max_redirects", "pool_timeout", "pool_size"] { _ = section.contains(key) }
    }

    private static func tls(_ section: inout YAMLSection) throws(ConfigurationError) -> TLS? {
        let isOld = try section.flag("use_tls") ?? false
        var block = try section.section("tls")
        let isOn = try block.flag("enabled") ?? false
        let tls = TLS(
            insecure: try block.flag("insecure") ?? false,
            serverName: try block.text("server_name") ?? "",
            caCertFile: try block.text("ca_cert_file") ?? "",
            clientCertFile: try block.text("client_cert_file") ?? "",
            clientKeyFile: try block.text("client_key_file") ?? ""
        )
        guard tls.clientCertFile.isEmpty == tls.clientKeyFile.isEmpty else {
            throw block.error("client_key_file", "client_cert_file and client_key_file go together")
        }
        return isOn || isOld ? tls : nil
    }

    private static func sentinel(
        _ section: inout YAMLSection,
        _ master: String
    ) throws(ConfigurationError) -> Sentinel? {
        let addresses = try section.texts("sentinel_addresses") ?? []
        let username = try section.text("sentinel_username") ?? ""
        let password = try section.text("sentinel_password") ?? ""
        guard !master.isEmpty else { return nil }
        guard !addresses.isEmpty else {
            throw section.error("sentinel_addresses", "is missing: host:port of each Sentinel of \(master)")
        }
        return Sentinel(masterName: master, addresses: addresses, username: username, password: password)
    }
}
