import MessageBus
import Settings

extension RoomServerConfiguration {
    /// Reads LiveKit's `redis` block; nil if it names no place.
    static func redisSection(
        _ section: YAMLSection,
        _ unknown: inout [String]
    ) throws(ConfigurationError) -> RedisConfiguration? {
        var section = section
        var redis = RedisConfiguration()
        let address = try section.text("address") ?? ""
        redis.address = address
        redis.username = try section.text("username") ?? ""
        redis.password = try section.text("password") ?? ""
        redis.db = try section.integer("db", in: 0...65_535) ?? 0
        if try section.flag("use_tls") ?? false { redis.tls = RedisConfiguration.TLS() }
        var tls = try section.section("tls")
        if try tls.flag("enabled") ?? false {
            redis.tls = RedisConfiguration.TLS(
                insecure: try tls.flag("insecure") ?? false,
                serverName: try tls.text("server_name") ?? "",
                caCertFile: try tls.text("ca_cert_file") ?? "",
                clientCertFile: try tls.text("client_cert_file") ?? "",
                clientKeyFile: try tls.text("client_key_file") ?? ""
            )
            unknown += tls.unknownKeys
        }
        let sentinels = try section.texts("sentinel_addresses") ?? []
        let master = try section.text("sentinel_master_name") ?? ""
        if !sentinels.isEmpty || !master.isEmpty {
            guard !sentinels.isEmpty, !master.isEmpty else {
                throw section.error("sentinel_master_name", "and sentinel_addresses are needed together")
            }
            redis.sentinel = RedisConfiguration.Sentinel(
                masterName: master,
                addresses: sentinels,
                username: try section.text("sentinel_username") ?? "",
                password: try section.text("sentinel_password") ?? ""
            )
        }
        if let time = try section.integer("dial_timeout", in: 1...600_000) { redis.dialTimeout = .milliseconds(time) }
        if let time = try section.integer("read_timeout", in: 1...600_000) {
            redis.commandTimeout = .milliseconds(time)
        }
        unknown += section.unknownKeys
        return address.isEmpty && redis.sentinel == nil ? nil : redis
    }
}
