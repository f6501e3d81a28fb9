public import Settings

/// An ingress worker's configuration file: LiveKit's keys and a few of our own.
public typealias IngressSettings = WorkerSettings<IngressWorkerConfiguration>

extension IngressWorkerConfiguration: WorkerConfiguration {
    package mutating func read(
        _ top: inout YAMLSection,
        _ oddities: inout SettingOddities
    ) throws(ConfigurationError) {
        var reader = IngressSettingsReader(oddities: oddities)
        defer { oddities = reader.oddities }
        try reader.read(&top, into: &self)
    }
}
