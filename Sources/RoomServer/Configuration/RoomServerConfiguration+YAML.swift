import FoundationEssentials
public import LiveKitProtocol
import MessageBus
public import Settings

extension RoomServerConfiguration {
    /// A configuration that was read, and what was odd about it.
    public struct Reading: Sendable {
        /// The configuration.
        public var configuration: RoomServerConfiguration
        /// What was ignored, a line each, for the log.
        public var warnings: [String]
    }

    /// Reads a configuration file with the keys of LiveKit's server.
    ///
    /// `override`, from a flag, stands for all keys of the file. `others` are the top-level keys some other part of the program reads. `development` stands for `--dev`, as does
    /// `development: true` in the file. Fails when a value cannot be right; keys that mean nothing here are ignored, with
    /// a warning each.
    public static func read(
        yaml: String,
        override: APIKeys.Pair? = nil,
        development: Bool = false,
        others: Set<String> = []
    ) throws(ConfigurationError) -> Reading {
        var configuration = RoomServerConfiguration()
        var top = try YAMLSection(parsing: yaml)
        var unknown: [String] = []

        let isDevelopment = try top.flag("development") ?? false || development
        try configuration.readKeys(&top, &unknown)
        if let override { configuration.keys = APIKeys([override]) }
        if isDevelopment { configuration.applyDevelopment() }
        if let port = try top.integer("port", in: 0...65_535) { configuration.port = port }
        if let addresses = try top.texts("bind_addresses") {
            // LiveKit writes `""` for every address.
            configuration.bindAddresses =
                addresses.isEmpty ? ["0.0.0.0"] : addresses.map { $0.isEmpty ? "0.0.0.0" : $0 }
        }
        if let region = try top.text("region") { configuration.region = region }
        try configuration.rtc.read(top.section("rtc"), &unknown)
        try configuration.room.read(top.section("room"), &unknown)
        try configuration.audio.read(top.section("audio"), &unknown)
        try configuration.limit.read(top.section("limit"), &unknown)
        try configuration.webhook.read(top.section("webhook"), &unknown)
        try configuration.ingress.read(top.section("ingress"), &unknown)
        configuration.redis = try Self.redisSection(top.section("redis"), &unknown)
        unknown = (top.unknownKeys + unknown).filter { key in
            // Of a section that others read too, they know the keys.
            !others.contains { key == $0 || key.hasPrefix("\($0).") }
        }

        try configuration.check(top)
        return Reading(
            configuration: configuration,
            warnings: unknown.map { "\($0) is not a setting of this server: ignored" } + configuration.weaknesses
        )
    }

    private mutating func readKeys(_ top: inout YAMLSection, _ unknown: inout [String]) throws(ConfigurationError) {
        var section = try top.section("keys")
        keys = APIKeys(try section.pairs().map { APIKeys.Pair(key: $0.key, secret: $0.text) })
        guard let path = try top.text("key_file") else { return }
        let text: String
        do {
            text = try String(contentsOfFile: path, encoding: .utf8)
        } catch {
            throw top.error("key_file", "cannot be read: \(path)")
        }
        var file = try YAMLSection(parsing: text)
        for pair in try file.pairs() { keys[pair.key] = pair.text }
    }

    private func check(_ top: YAMLSection) throws(ConfigurationError) {
        if keys.isEmpty { throw top.error("keys", "at least one API key with its secret is needed: `key: secret`") }
        for pair in keys.pairs where pair.key.isEmpty || pair.secret.isEmpty {
            throw top.error("keys", "neither a key nor its secret may be empty")
        }
        if webhookPair == nil {
            throw top.error("webhook.api_key", "\"\(webhook.apiKey)\" is not one of the keys")
        }
    }

    /// What works and should not stay as it is.
    ///
    /// The keys of `--dev` are no secret to anybody and not worth a line.
    private var weaknesses: [String] {
        keys.pairs.filter { $0.secret.utf8.count < Self.shortestSecret && $0.key != "devkey" }.map {
            "keys.\($0.key): the secret is shorter than \(Self.shortestSecret) characters and could be guessed"
        }
    }

    /// A secret shorter than its hash is weaker than the hash (RFC 7518 §3.2).
    private static let shortestSecret = 32
}
