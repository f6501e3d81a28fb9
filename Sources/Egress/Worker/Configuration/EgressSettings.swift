public import Logging
public import MessageBus
public import Settings

/// An egress worker's configuration file: LiveKit's keys and a few of our own.
public struct EgressSettings: Sendable {
    /// Where jobs come from (`redis`).
    public var redis: RedisConfiguration
    /// The port of `/`, `/healthz` and `/ready` (`health_port`); nil for none.
    public var healthPort: Int?
    /// The port of `/metrics` (`prometheus_port`); nil for none.
    public var prometheusPort: Int?
    /// `logging.level`.
    public var logLevel = Logger.Level.info
    /// The worker itself.
    public var worker: EgressWorkerConfiguration

    /// A configuration that was read, and what was odd about it.
    public struct Reading: Sendable {
        /// The settings.
        public var settings: EgressSettings
        /// What nothing reads, a line each.
        public var warnings: [String]
        /// What has no effect here, a line each.
        public var notes: [String]
    }

    /// Reads a configuration file; see `docs/configuration.md` for its keys.
    ///
    /// - Parameters:
    ///   - yaml: the file.
    ///   - environment: `LIVEKIT_API_KEY`, `LIVEKIT_API_SECRET` and `LIVEKIT_WS_URL` stand for keys that the file lacks.
    ///   - executable: the program that jobs run.
    /// - Throws: `ConfigurationError` for a value that cannot be right, with its place and what would be.
    public static func read(
        yaml: String,
        environment: [String: String],
        executable: String
    ) throws(ConfigurationError) -> Reading {
        var reader = EgressSettingsReader(environment: environment)
        return try reader.read(yaml: yaml, executable: executable)
    }
}
