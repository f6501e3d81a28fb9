public import Settings

extension EgressWorkerConfiguration {
    /// Reads the settings of a worker whose room server, keys and bus are known otherwise.
    ///
    /// - Returns: what nothing reads, and what has no effect here, a line each.
    public mutating func read(
        _ section: YAMLSection
    ) throws(ConfigurationError) -> (warnings: [String], notes: [String]) {
        var section = section
        var reader = EgressSettingsReader(environment: [:])
        try reader.read(&section, into: &self)
        reader.close(section)
        return (reader.warnings, reader.notes)
    }
}
