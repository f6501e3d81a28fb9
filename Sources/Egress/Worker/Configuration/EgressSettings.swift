public import Settings

/// An egress worker's configuration file: LiveKit's keys and a few of our own.
public typealias EgressSettings = WorkerSettings<EgressWorkerConfiguration>

extension EgressWorkerConfiguration: WorkerConfiguration {
    package mutating func read(
        _ top: inout YAMLSection,
        _ oddities: inout SettingOddities
    ) throws(ConfigurationError) {
        var reader = EgressSettingsReader(oddities: oddities)
        defer { oddities = reader.oddities }
        try reader.read(&top, into: &self)
    }
}
