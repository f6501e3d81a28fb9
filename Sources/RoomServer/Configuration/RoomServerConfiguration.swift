public import LiveKitProtocol
public import MediaWire
public import MessageBus

/// How a room server is set up: the part of LiveKit's configuration that it understands, with LiveKit's defaults.
///
/// The name of each setting in a file is given with it.
public struct RoomServerConfiguration: Sendable, Hashable {
    /// The port of HTTP and WebSocket; 0 takes a free one (`port`).
    public var port = 7880
    /// The addresses HTTP listens on (`bind_addresses`; empty there means every address).
    public var bindAddresses = ["0.0.0.0"]
    /// The API keys (`keys`, or the file `key_file` names).
    public var keys: APIKeys = [:]
    /// The label clients find in `ParticipantInfo.region` (`region`).
    public var region = ""
    /// Media transport (`rtc`).
    public var rtc = RTC()
    /// Rooms (`room`).
    public var room = Room()
    /// Speaker detection (`audio`).
    public var audio = Audio()
    /// Sizes (`limit`).
    public var limit = Limit()
    /// Webhooks (`webhook`).
    public var webhook = Webhook()
    /// Where ingress is published to (`ingress`).
    public var ingress = Ingress()
    /// The Redis that servers and workers share; nil without one (`redis`).
    public var redis: RedisConfiguration?

    /// The defaults, without any key.
    public init() {}

    /// The settings of `--dev`: known keys, loopback only, one port for media over UDP.
    public static func development() -> RoomServerConfiguration {
        var configuration = RoomServerConfiguration()
        configuration.applyDevelopment()
        return configuration
    }

    /// Media transport.
    public struct RTC: Sendable, Hashable {
        /// The UDP port all media goes through; 0 takes a free one (`rtc.udp_port`).
        public var udpPort = 7882
        /// The TCP port for clients without UDP; nil for none (`rtc.tcp_port`, where 0 means none).
        public var tcpPort: Int? = 7881
        /// The address clients are told to send media to; nil tells them those of the network interfaces (`rtc.node_ip`).
        public var nodeIP: String?

        /// The defaults.
        public init() {}
    }

    /// Rooms.
    public struct Room: Sendable, Hashable {
        /// Whether a join creates the room it names (`room.auto_create`).
        public var autoCreate = true
        /// The codecs that may be published (`room.enabled_codecs[].mime`).
        public var enabledCodecs = Codec.allCases
        /// The most participants in a room; 0 for any number (`room.max_participants`).
        public var maxParticipants = 0
        /// Seconds a room nobody has joined is kept (`room.empty_timeout`).
        public var emptyTimeout = 300
        /// Seconds a room is kept after the last has left (`room.departure_timeout`).
        public var departureTimeout = 20
        /// Whether the server API may unmute a participant's track (`room.enable_remote_unmute`).
        public var enableRemoteUnmute = false
        /// Whether a participant's tracks share stream ids, so that browsers keep them in step (`room.sync_streams`).
        public var syncStreams = false

        /// The defaults.
        public init() {}
    }

    /// Speaker detection.
    public struct Audio: Sendable, Hashable {
        /// The loudness from which somebody speaks, in -dBov (`audio.active_level`).
        public var activeLevel = 35
        /// Percent of the packets of an interval that must be that loud (`audio.min_percentile`).
        public var minPercentile = 40
        /// Milliseconds between updates (`audio.update_interval`).
        public var updateInterval = 400
        /// Over how many intervals levels are smoothed (`audio.smooth_intervals`).
        public var smoothIntervals = 2

        /// The defaults.
        public init() {}
    }

    /// Sizes.
    public struct Limit: Sendable, Hashable {
        /// The longest room name, in bytes (`limit.max_room_name_length`).
        public var maxRoomNameLength = 256
        /// The longest identity, in bytes (`limit.max_participant_identity_length`).
        public var maxParticipantIdentityLength = 256
        /// The largest body of a request, in bytes (`limit.max_api_request_body_size`).
        public var maxAPIRequestBodySize = 10 << 20

        /// The defaults.
        public init() {}
    }

    /// Where ingress is published to, as those who make an ingress are told.
    public struct Ingress: Sendable, Hashable {
        /// Of RTMP, without the stream key (`ingress.rtmp_base_url`).
        public var rtmpBaseURL = ""
        /// Of WHIP, without the stream key (`ingress.whip_base_url`).
        public var whipBaseURL = ""

        /// The defaults.
        public init() {}
    }

    /// Webhooks.
    public struct Webhook: Sendable, Hashable {
        /// The key that signs them, one of the server's keys; empty for the first (`webhook.api_key`).
        public var apiKey = ""
        /// Where they go (`webhook.urls`).
        public var urls: [String] = []

        /// The defaults.
        public init() {}
    }
}

extension RoomServerConfiguration {
    /// Lays the settings of `--dev` over these, where nothing was chosen.
    mutating func applyDevelopment() {
        if keys.isEmpty { keys = ["devkey": "secret"] }
        bindAddresses = ["127.0.0.1"]
    }

    /// The pair webhooks are signed with; nil when there is no key at all.
    var webhookPair: APIKeys.Pair? {
        webhook.apiKey.isEmpty ? keys.first : keys.pairs.first { $0.key == webhook.apiKey }
    }
}
