public import Settings

/// An egress worker's configuration file: LiveKit's keys and a few of our own.
public typealias EgressSettings = WorkerSettings<EgressWorkerConfiguration>

extension WorkerSettings<EgressWorkerConfiguration> {
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
        var top = try YAMLSection(parsing: yaml)
        let access = try top.roomServer(environment)
        var worker = EgressWorkerConfiguration(
            executable: executable,
            url: access.url,
            apiKey: access.apiKey,
            apiSecret: access.apiSecret,
            nodeID: access.nodeID
        )
        var reader = EgressSettingsReader()
        try reader.read(&top, into: &worker)
        return try read(top, beside: worker, reader.oddities)
    }
}

extension EgressWorkerConfiguration {
    /// Reads the settings of a worker whose room server, keys and bus are known otherwise.
    ///
    /// - Returns: what nothing reads, and what has no effect here, a line each.
    public mutating func read(
        _ section: YAMLSection
    ) throws(ConfigurationError) -> (warnings: [String], notes: [String]) {
        var section = section
        var reader = EgressSettingsReader()
        try reader.read(&section, into: &self)
        reader.oddities.close(section)
        return (reader.oddities.warnings, reader.oddities.notes)
    }
}
