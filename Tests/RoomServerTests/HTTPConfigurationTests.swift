import LiveKitProtocol
import MediaWire
import Settings
import Testing

@testable import RoomServer

@Suite struct HTTPConfigurationTests {
    private func read(_ yaml: String, development: Bool = false) throws(ConfigurationError)
        -> RoomServerConfiguration
        .Reading
    {
        try RoomServerConfiguration.read(yaml: yaml, development: development, others: ["egress"])
    }

    @Test func `a file of LiveKit is read`() throws {
        let reading = try read(
            """
            port: 7890
            bind_addresses: ["", 127.0.0.1]
            region: here
            keys:
              first: 0123456789abcdef0123456789abcdef
              second: 0123456789abcdef0123456789abcdeg
            rtc:
              udp_port: 8000
              tcp_port: 0
              node_ip: 203.0.113.7
            room:
              auto_create: false
              enabled_codecs:
                - mime: audio/opus
                - mime: video/vp8
                - mime: video/rtx
              max_participants: 9
              empty_timeout: 10
              departure_timeout: 11
              enable_remote_unmute: true
              sync_streams: true
            audio: {active_level: 30, min_percentile: 50, update_interval: 500, smooth_intervals: 4}
            limit: {max_room_name_length: 10, max_participant_identity_length: 11, max_api_request_body_size: 2048}
            webhook:
              api_key: second
              urls: [https://example.com/hook]
            ingress: {rtmp_base_url: "rtmp://media.example.com/live", whip_base_url: "https://media.example.com/w"}
            egress: {anything: 1}
            """
        )
        let found = reading.configuration
        #expect(reading.warnings == [])
        #expect(found.port == 7890)
        #expect(found.bindAddresses == ["0.0.0.0", "127.0.0.1"])
        #expect(found.region == "here")
        #expect(found.keys.pairs.map(\.key) == ["first", "second"])
        #expect(found.rtc.udpPort == 8000 && found.rtc.tcpPort == nil && found.rtc.nodeIP == "203.0.113.7")
        #expect(!found.room.autoCreate && found.room.enableRemoteUnmute && found.room.syncStreams)
        #expect(found.room.enabledCodecs == [.opus, .vp8])
        #expect(found.room.maxParticipants == 9)
        #expect(found.room.emptyTimeout == 10 && found.room.departureTimeout == 11)
        #expect(found.audio.activeLevel == 30 && found.audio.smoothIntervals == 4)
        #expect(found.audio.minPercentile == 50 && found.audio.updateInterval == 500)
        #expect(found.limit.maxRoomNameLength == 10 && found.limit.maxAPIRequestBodySize == 2048)
        #expect(found.limit.maxParticipantIdentityLength == 11)
        #expect(found.webhook.urls == ["https://example.com/hook"])
        #expect(found.webhookPair?.key == "second")
        #expect(found.ingress.rtmpBaseURL == "rtmp://media.example.com/live")
        #expect(found.ingress.whipBaseURL == "https://media.example.com/w")
    }

    @Test func `of the section ingress the worker's keys are the worker's`() throws {
        let yaml = "{keys: {devkey: s}, ingress: {rtmp_port: 1936, rtmp_base_url: 'rtmp://h/live'}}"
        let server = try RoomServerConfiguration.read(yaml: yaml)
        #expect(server.warnings == ["ingress.rtmp_port is not a setting of this server: ignored"])
        let both = try RoomServerConfiguration.read(yaml: yaml, others: ["ingress"])
        #expect(both.warnings.isEmpty && both.configuration.ingress.rtmpBaseURL == "rtmp://h/live")
    }

    @Test(arguments: [
        ("rtmp_base_url: http://h/live", "ingress.rtmp_base_url: must be an address that begins with rtmp://"),
        ("whip_base_url: h/w", "ingress.whip_base_url: must be an address that begins with http://"),
    ])
    func `an address of ingress is of its protocol`(line: String, says: String) {
        let error = #expect(throws: ConfigurationError.self) { try read("{keys: {k: s}, ingress: {\(line)}}") }
        #expect(error?.description.hasPrefix(says) == true)
    }

    @Test(arguments: ["", "{}", "# nothing\n"])
    func `--dev needs no file and listens on loopback`(yaml: String) throws {
        let found = try read(yaml, development: true).configuration
        #expect(found == RoomServerConfiguration.development())
        #expect(found.port == 7880)
        #expect(found.bindAddresses == ["127.0.0.1"])
        #expect(found.keys == ["devkey": "secret"])
        #expect(found.rtc.udpPort == 7882)
        #expect(found.rtc.tcpPort == 7881)
        #expect(try read("development: true").configuration == found)
    }

    @Test func `a file wins over --dev`() throws {
        let found = try read("{port: 1, bind_addresses: [0.0.0.0], keys: {k: s}}", development: true).configuration
        #expect(found.port == 1)
        #expect(found.bindAddresses == ["0.0.0.0"])
        #expect(found.keys == ["k": "s"])
    }

    @Test(arguments: [
        ("", "keys: at least one API key with its secret is needed: `key: secret`"),
        ("keys: [a]", "keys: must be a mapping of keys to values"),
        ("keys: {a: ''}", "keys: neither a key nor its secret may be empty"),
        ("keys: {a: [b]}", "keys.a: must be text"),
        ("{keys: {a: b}, port: 70000}", "port: must be a whole number from 0 to 65535, not \"70000\""),
        ("{keys: {a: b}, port: x}", "port: must be a whole number from 0 to 65535, not \"x\""),
        ("{keys: {a: b}, rtc: 1}", "rtc: must be a mapping of keys to values"),
        (
            "{keys: {a: b}, rtc: {udp_port: 1-2}}",
            "rtc.udp_port: must be a whole number from 0 to 65535, not \"1-2\""
        ),
        ("{keys: {a: b}, room: {auto_create: maybe}}", "room.auto_create: must be true or false, not \"maybe\""),
        (
            "{keys: {a: b}, room: {enabled_codecs: [{mime: vp7}]}}",
            "room.enabled_codecs[0].mime: must be one of \(Codec.allCases.map(\.mimeType).joined(separator: ", ")), not \"vp7\""
        ),
        ("{keys: {a: b}, webhook: {api_key: c}}", "webhook.api_key: \"c\" is not one of the keys"),
        (
            "{keys: {a: b}, webhook: {urls: [ftp://x]}}",
            "webhook.urls: must be http or https URLs, not \"ftp://x\""
        ),
        ("{keys: {a: b}, key_file: /nowhere/keys}", "key_file: cannot be read: /nowhere/keys"),
        ("just text", "must be a mapping of keys to values"),
    ])
    func `a value that cannot be right is an error that says where and what`(yaml: String, text: String) {
        #expect(throws: ConfigurationError.self) {
            do throws(ConfigurationError) {
                _ = try read(yaml)
            } catch {
                #expect(error.description == text)
                throw error
            }
        }
    }

    @Test func `a key given by a flag stands for all keys of the file`() throws {
        let pair = APIKeys.Pair(key: "flag", secret: "a-secret-of-more-than-thirty-two-characters")
        let reading = try RoomServerConfiguration.read(
            yaml: "keys: { other: \"another secret of many characters\" }",
            override: pair
        )
        #expect(reading.configuration.keys.pairs == [pair])
        let alone = try RoomServerConfiguration.read(yaml: "", override: pair)
        #expect(alone.configuration.keys.pairs == [pair])
        #expect(throws: ConfigurationError.self) {
            try RoomServerConfiguration.read(yaml: "webhook: { api_key: other }", override: pair)
        }
    }

    @Test func `what is no YAML is an error`() {
        #expect(throws: ConfigurationError.self) { try read("a: [") }
    }

    @Test func `what means nothing here is ignored with a warning`() throws {
        let reading = try read("{keys: {a: b}, turn: {enabled: true}, rtc: {use_ice_lite: true}, nonsense: 1}")
        #expect(
            reading.warnings == [
                "turn is not a setting of this server: ignored", "nonsense is not a setting of this server: ignored",
                "rtc.use_ice_lite is not a setting of this server: ignored",
                "keys.a: the secret is shorter than 32 characters and could be guessed",
            ]
        )
        #expect(!reading.warnings.joined().contains("\"b\""))
    }
}
