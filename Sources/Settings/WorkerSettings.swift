public import Logging
public import MessageBus

/// A worker's configuration file: where its work comes from, where operators ask how it is, and the work itself.
public struct WorkerSettings<Worker: Sendable>: Sendable {
    /// Where work comes from (`redis`).
    public var redis: RedisConfiguration
    /// The port of health and readiness (`health_port`); nil for none.
    public var healthPort: Int?
    /// The port of `/metrics` (`prometheus_port`); nil for none.
    public var prometheusPort: Int?
    /// `logging.level`.
    public var logLevel: Logger.Level
    /// The worker itself.
    public var worker: Worker

    /// A configuration that was read, and what was odd about it.
    public struct Reading: Sendable {
        /// The settings.
        public var settings: WorkerSettings
        /// What nothing reads, a line each.
        public var warnings: [String]
        /// What has no effect here, a line each.
        public var notes: [String]
    }
}

/// What a worker is told of its work, and whom it works for.
package protocol WorkerConfiguration: Sendable {
    init(executable: String, url: String, apiKey: String, apiSecret: String, nodeID: String?)

    /// Reads the keys that concern the work itself, whoever gives it.
    mutating func read(_ top: inout YAMLSection, _ oddities: inout SettingOddities) throws(ConfigurationError)
}

extension WorkerConfiguration {
    /// Reads the settings of a worker whose room server, keys and bus are known otherwise.
    ///
    /// - Returns: what nothing reads, and what has no effect here, a line each.
    package mutating func read(
        _ section: YAMLSection
    ) throws(ConfigurationError) -> (warnings: [String], notes: [String]) {
        var section = section
        var oddities = SettingOddities()
        try read(&section, &oddities)
        oddities.close(section)
        return (oddities.warnings, oddities.notes)
    }
}

extension WorkerSettings where Worker: WorkerConfiguration {
    /// Reads a configuration file; see `docs/configuration.md` for its keys.
    ///
    /// - Parameters:
    ///   - yaml: the file.
    ///   - environment: `LIVEKIT_API_KEY`, `LIVEKIT_API_SECRET` and `LIVEKIT_WS_URL` stand for keys that the file lacks.
    ///   - executable: the program that jobs and sessions run.
    /// - Throws: `ConfigurationError` for a value that cannot be right, with its place and what would be.
    package static func read(
        yaml: String,
        environment: [String: String],
        executable: String
    ) throws(ConfigurationError) -> Reading {
        var top = try YAMLSection(parsing: yaml)
        var oddities = SettingOddities()
        let access = try top.roomServer(environment)
        var worker = Worker(
            executable: executable,
            url: access.url,
            apiKey: access.apiKey,
            apiSecret: access.apiSecret,
            nodeID: access.nodeID
        )
        try worker.read(&top, &oddities)
        var redis = try top.section("redis")
        let settings = WorkerSettings(
            redis: try RedisConfiguration(&redis),
            healthPort: try top.operatorPort("health_port"),
            prometheusPort: try top.operatorPort("prometheus_port"),
            logLevel: try top.logLevel(&oddities),
            worker: worker
        )
        oddities.close(redis)
        oddities.close(top)
        return Reading(settings: settings, warnings: oddities.warnings, notes: oddities.notes)
    }
}
