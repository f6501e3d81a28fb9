import Foundation
import JobProcess
import Logging
import MessageBus
import Settings
import Testing

@testable import Ingress

@Suite("Settings of an ingress worker")
struct IngressSettingsTests {
    private static let needed = """
        ws_url: ws://rooms:7880
        api_key: k
        api_secret: s
        redis: {address: "redis:6379"}

        """

    private func read(_ yaml: String, _ environment: [String: String] = [:]) throws -> IngressSettings.Reading {
        try IngressSettings.read(yaml: Self.needed + yaml, environment: environment, executable: "/bin/sluice")
    }

    @Test("have LiveKit's defaults")
    func defaults() throws {
        let reading = try read("")
        let worker = reading.settings.worker
        #expect(reading.warnings.isEmpty && reading.notes.isEmpty)
        #expect(worker.url == "ws://rooms:7880" && worker.apiKey == "k" && worker.apiSecret == "s")
        #expect(worker.ports == IngressPorts())
        #expect(worker.ports.rtmp == 1935 && worker.ports.whip == 8080 && worker.ports.rtmps == nil)
        #expect(worker.ports.media == 7885 && worker.ports.mediaTCP == nil)
        #expect(worker.grace == .seconds(10) && worker.conflict == .newest)
        #expect(worker.costs == IngressCostTable() && worker.costs.minimumIdle == 0.3)
        #expect(worker.nodeID.hasPrefix("NE_") && worker.countsCores)
        #expect(reading.settings.redis.address == "redis:6379")
        #expect(reading.settings.healthPort == nil && reading.settings.prometheusPort == nil)
        #expect(reading.settings.logLevel == .info)
    }

    @Test("are read, LiveKit's and ours")
    func everything() throws {
        let reading = try read(
            """
            node_id: NE_x
            health_port: 9000
            prometheus_port: 9001
            rtmp_port: 1936
            whip_port: -1
            rtmps_port: 443
            tls_cert_file: /c.pem
            tls_key_file: /k.pem
            bind_address: 10.0.0.1
            rtc_config: {udp_port: 9002, tcp_port: 9003, node_ip: 203.0.113.7}
            cpu_cost: {rtmp_cpu_cost: 2, whip_cpu_cost: 3, whip_bypass_transcoding_cpu_cost: 0.1, url_cpu_cost: 4,
              min_idle_ratio: 0.5}
            publisher_grace_period: 250ms
            publisher_conflict: oldest
            url_allowed_networks: [10.0.0.0/8, "fd00::/8", 127.0.0.1]
            session_logs: /logs
            session_nice: 5
            session_max_memory: 0.5
            cores: 3.5
            logging: {level: warn}
            """
        )
        let worker = reading.settings.worker
        #expect(reading.warnings.isEmpty && reading.notes.isEmpty)
        #expect(worker.nodeID == "NE_x" && worker.cores == 3.5)
        #expect(worker.ports.rtmp == 1936 && worker.ports.whip == nil && worker.ports.rtmps == 443)
        #expect(worker.ports.tls == IngressPorts.TLSFiles(certificates: "/c.pem", key: "/k.pem"))
        #expect(worker.ports.bindAddress == "10.0.0.1" && worker.ports.nodeIP == "203.0.113.7")
        #expect(worker.ports.media == 9002 && worker.ports.mediaTCP == 9003)
        #expect(worker.costs.rtmp == 2 && worker.costs.whip == 3 && worker.costs.whipBypass == 0.1)
        #expect(worker.costs.url == 4 && worker.costs.minimumIdle == 0.5)
        #expect(worker.costs.cheapest == 0.1 && worker.costs.dearest == 4)
        #expect(worker.grace == .milliseconds(250) && worker.conflict == .oldest)
        #expect(worker.allowedNetworks == ["10.0.0.0/8", "fd00::/8", "127.0.0.1"])
        #expect(worker.process.logFolder == "/logs" && worker.process.nice == 5)
        #expect(worker.process.memory == 1 << 29)
        #expect(reading.settings.healthPort == 9000 && reading.settings.prometheusPort == 9001)
        #expect(reading.settings.logLevel == .warning)
    }

    @Test("come from the environment where the file lacks them")
    func environment() throws {
        let variables = ["LIVEKIT_WS_URL": "wss://e", "LIVEKIT_API_KEY": "ek", "LIVEKIT_API_SECRET": "es"]
        let reading = try IngressSettings.read(
            yaml: "redis: {address: a}\napi_key: fk",
            environment: variables,
            executable: "/x"
        )
        let worker = reading.settings.worker
        #expect(worker.url == "wss://e" && worker.apiKey == "fk" && worker.apiSecret == "es")
    }

    @Test(
        "that are not known are warned about, and those without effect are noted",
        arguments: [
            ("rtmp_prot: 1", ["rtmp_prot is not a setting: ignored (did you mean rtmp_port?)"], []),
            ("cpu_cost: {rtmp_cpu_costs: 1}", ["cpu_cost.rtmp_cpu_costs"], []),
            ("rtc_config: {udp_prt: 1}", ["rtc_config.udp_prt"], []),
            ("whip_proxy_enabled: true", [], ["whip_proxy_enabled"]),
            ("http_relay_port: 9090", [], ["http_relay_port"]),
            (
                "rtc_config: {use_external_ip: true, port_range_start: 1}", [],
                ["rtc_config.port_range_start", "rtc_config.use_external_ip"]
            ),
            ("logging: {json: true}", [], ["logging.json"]),
        ] as [(String, [String], [String])]
    )
    func odd(yaml: String, warnings: [String], notes: [String]) throws {
        let reading = try read(yaml)
        #expect(reading.warnings.count == warnings.count && reading.notes.count == notes.count)
        for (warning, start) in zip(reading.warnings, warnings) { #expect(warning.hasPrefix(start)) }
        for (note, start) in zip(reading.notes, notes) { #expect(note.hasPrefix("\(start) has no effect: ")) }
    }

    @Test(
        "that cannot be right end the program with their place",
        arguments: [
            ("rtmp_port: 70000", "rtmp_port"), ("whip_port: -2", "whip_port"), ("rtmps_port: 443", "rtmps_port"),
            ("tls_cert_file: x", "tls_key_file"), ("publisher_conflict: both", "publisher_conflict"),
            ("publisher_grace_period: 10", "publisher_grace_period"),
            ("publisher_grace_period: 2h", "publisher_grace_period"),
            ("url_allowed_networks: [10.1.2.3/8]", "url_allowed_networks"),
            ("url_allowed_networks: [example.com]", "url_allowed_networks"),
            ("cpu_cost: {min_idle_ratio: 1}", "cpu_cost.min_idle_ratio"),
            ("rtc_config: {udp_port: a}", "rtc_config.udp_port"),
            ("logging: {level: loud}", "logging.level"), ("session_nice: 20", "session_nice"),
        ]
    )
    func wrong(yaml: String, place: String) {
        #expect {
            try read(yaml)
        } throws: { error in
            (error as? ConfigurationError)?.path == place
        }
    }

    @Test("that nobody can do without are asked for by name", arguments: ["ws_url", "api_key", "api_secret", "redis"])
    func missing(key: String) {
        let yaml = Self.needed.split(separator: "\n").filter { !$0.hasPrefix(key) }.joined(separator: "\n")
        #expect {
            try IngressSettings.read(yaml: yaml, environment: [:], executable: "/x")
        } throws: { error in
            (error as? ConfigurationError)?.path.hasPrefix(key) ?? false
        }
    }
}
