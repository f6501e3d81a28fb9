extension YAMLSection {
    /// A text that a worker cannot do without, from the file or the environment; `meaning` says what it is.
    package mutating func required(
        _ key: String,
        _ variable: String,
        in environment: [String: String],
        _ meaning: String
    ) throws(ConfigurationError) -> String {
        let text = try text(key) ?? ""
        if !text.isEmpty { return text }
        if let text = environment[variable], !text.isEmpty { return text }
        throw error(key, "is missing: \(meaning); it may also be given as \(variable) in the environment")
    }

    /// A port for operators; nil if it is missing or 0.
    package mutating func operatorPort(_ key: String) throws(ConfigurationError) -> Int? {
        let port = try integer(key, in: 0...65_535) ?? 0
        return port == 0 ? nil : port
    }
}
