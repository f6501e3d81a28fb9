import MessageBus
import Settings
import Testing

@Suite("The redis section")
struct RedisSectionTests {
    private func read(_ yaml: String) throws -> (RedisConfiguration, unknown: [UnknownSetting]) {
        var section = try YAMLSection(parsing: yaml)
        return (try RedisConfiguration(&section), section.unknownSettings)
    }

    @Test("takes LiveKit's keys")
    func keys() throws {
        let (redis, unknown) = try read(
            """
            address: redis:6379
            username: u
            password: p
            db: 2
            tls: {enabled: true, server_name: r, ca_cert_file: /ca, client_cert_file: /c, client_key_file: /k}
            dial_timeout: 1500
            read_timeout: 200
            pool_size: 10
            """
        )
        var expected = RedisConfiguration(address: "redis:6379", username: "u", password: "p", db: 2)
        expected.tls = .init(serverName: "r", caCertFile: "/ca", clientCertFile: "/c", clientKeyFile: "/k")
        expected.dialTimeout = .milliseconds(1500)
        expected.commandTimeout = .milliseconds(200)
        #expect(redis == expected)
        #expect(unknown.isEmpty)
    }

    @Test("takes Sentinels instead of an address, and TLS only when it is on")
    func sentinels() throws {
        let (redis, _) = try read(
            "{sentinel_master_name: m, sentinel_addresses: ['s1:26379', 's2:26379'], tls: {enabled: false}}"
        )
        #expect(redis.sentinel == .init(masterName: "m", addresses: ["s1:26379", "s2:26379"]))
        #expect(redis.tls == nil)
        #expect(try read("{address: 'a:1', use_tls: true}").0.tls == .init())
    }

    @Test(
        "says what is missing",
        arguments: [
            ("", "address"), ("sentinel_master_name: m", "sentinel_addresses"),
            ("cluster_addresses: ['a:1']", "cluster_addresses"),
            ("{address: a, tls: {client_cert_file: /c}}", "tls.client_key_file"), ("{address: a, db: x}", "db"),
        ]
    )
    func missing(yaml: String, path: String) {
        let error = #expect(throws: ConfigurationError.self) { try read(yaml) }
        #expect(error?.path == path)
    }
}
