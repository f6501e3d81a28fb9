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

    /// Reads what stands beside the work, which has been read from `top`: `worker` is what became of it.
    package static func read(
        _ top: consuming YAMLSection,
        beside worker: Worker,
        _ oddities: consuming SettingOddities
    ) throws(ConfigurationError) -> Reading {
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
