/// What is odd about a configuration file: keys that nothing reads, and keys of LiveKit's that have no effect here.
package struct SettingOddities {
    private var unknown: [UnknownSetting] = []
    private var idle: [String] = []

    package init() {}

    /// What nothing reads, a line each.
    package var warnings: [String] { unknown.map(\.description) }
    /// What has no effect here, a line each.
    package var notes: [String] { idle }

    /// Counts the keys that are left in a section as unknown: everything has been read from it.
    package mutating func close(_ section: YAMLSection) { unknown += section.unknownSettings }

    /// Notes those of `keys` that a section has: they have no effect, `because`.
    ///
    /// - Parameter place: where the section stands, such as `logging.`; empty for the file itself.
    package mutating func markIdle(
        _ section: inout YAMLSection,
        _ place: String,
        _ keys: [String],
        because: String
    ) {
        for key in keys where section.contains(key) { idle.append("\(place)\(key) has no effect: \(because)") }
    }
}
