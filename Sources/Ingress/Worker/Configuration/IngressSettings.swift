public import Logging
public import MessageBus
public import Settings

/// An ingress worker's configuration file: LiveKit's keys and a few of our own.
public struct IngressSettings: Sendable {
    /// Where ingresses are known (`redis`).
    public var redis: RedisConfiguration
    /// The port of `/health` and `/availability` (`health_port`); nil for none.
    public var healthPort: Int?
    /// The port of `/metrics` (`prometheus_port`); nil for none.
    public var prometheusPort: Int?
    /// `logging.level`.
    public var logLevel = Logger.Level.info
    /// The worker itself.
    public var worker: IngressWorkerConfiguration

    /// A configuration that was read, and what was odd about it.
    public struct Reading: Sendable {
        /// The settings.
        public var settings: IngressSettings
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
    ///   - executable: the program that sessions run.
    /// - Throws: `ConfigurationError` for a value that cannot be right, with its place and what would be.
    public static func read(
        yaml: String,
        environment: [String: String],
        executable: String
    ) throws(ConfigurationError) -> Reading {
        var reader = IngressSettingsReader(environment: environment)
        return try reader.read(yaml: yaml, executable: executable)
    }
}

extension IngressWorkerConfiguration {
    /// Reads the settings of a worker whose room server, keys and bus are known otherwise.
    ///
    /// - Returns: what nothing reads, and what has no effect here, a line each.
    public mutating func read(
        _ section: YAMLSection
    ) throws(ConfigurationError) -> (warnings: [String], notes: [String]) {
        var section = section
        var reader = IngressSettingsReader(environment: [:])
        try reader.read(&section, into: &self)
        reader.close(section)
        return (reader.warnings, reader.notes)
    }
}
