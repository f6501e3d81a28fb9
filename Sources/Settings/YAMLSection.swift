import Yams

/// One mapping of a YAML file being read: hands out typed values and remembers which keys were asked for.
///
/// Values are nil when the key is missing or null; a value that cannot be right is a ``ConfigurationError`` with its place.
public struct YAMLSection {
    /// Where the mapping stands: `rtc.`; empty at the top.
    private let prefix: String
    private let entries: [(key: String, node: Node)]
    private var known: Set<String> = []

    /// The mapping at the top of a file; an empty file is an empty mapping.
    public init(parsing yaml: String) throws(ConfigurationError) {
        let root: Node?
        do {
            root = try Yams.compose(yaml: yaml)
        } catch {
            throw ConfigurationError(path: "", problem: "not YAML: \(error)")
        }
        try self.init(root, prefix: "")
    }

    private init(_ node: Node?, prefix: String) throws(ConfigurationError) {
        self.prefix = prefix
        guard let node, !Self.isNull(node) else {
            entries = []
            return
        }
        guard let mapping = node.mapping else {
            let path = String(prefix.dropLast())
            throw ConfigurationError(path: path, problem: "must be a mapping of keys to values")
        }
        entries = mapping.map { ($0.key.string ?? "", $0.value) }
    }

    /// A text; numbers and flags are taken as they are written.
    public mutating func text(_ key: String) throws(ConfigurationError) -> String? {
        guard let node = value(key) else { return nil }
        guard let text = node.scalar?.string else { throw error(key, "must be text") }
        return text
    }

    /// A flag.
    public mutating func flag(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let node = value(key) else { return nil }
        guard let flag = node.bool else { throw error(key, "must be true or false, not \(shown(node))") }
        return flag
    }

    /// A whole number within a range.
    public mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let node = value(key) else { return nil }
        guard let number = node.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
            throw error(
                key,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(shown(node))"
            )
        }
        return number
    }

    /// A number within a range.
    public mutating func number(_ key: String, in range: ClosedRange<Double>) throws(ConfigurationError) -> Double? {
        guard let node = value(key) else { return nil }
        guard let number = node.scalar.flatMap({ Double($0.string) }), range.contains(number) else {
            throw error(key, "must be a number from \(range.lowerBound) to \(range.upperBound), not \(shown(node))")
        }
        return number
    }

    /// A span of time as Go writes it: `30s`, `1h30m`, `250ms`; a plain `0` for none.
    public mutating func duration(_ key: String) throws(ConfigurationError) -> Duration? {
        guard let node = value(key) else { return nil }
        guard let duration = node.scalar.flatMap({ Duration(goText: $0.string) }) else {
            throw error(key, "must be a time with its unit, such as 30s, 1h30m or 250ms, not \(shown(node))")
        }
        return duration
    }

    /// One of a few texts.
    public mutating func choice<Choice: RawRepresentable & CaseIterable>(
        _ key: String,
        of type: Choice.Type
    ) throws(ConfigurationError) -> Choice? where Choice.RawValue == String {
        guard let text = try text(key) else { return nil }
        guard let choice = Choice(rawValue: text) else {
            let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
            throw error(key, "must be one of \(known), not \"\(text)\"")
        }
        return choice
    }

    /// Whether the key is there, whatever its value is; it counts as known from now on.
    public mutating func contains(_ key: String) -> Bool { value(key) != nil }

    /// A list of texts.
    public mutating func texts(_ key: String) throws(ConfigurationError) -> [String]? {
        guard let node = value(key) else { return nil }
        guard let sequence = node.sequence else { throw error(key, "must be a list") }
        var texts: [String] = []
        for element in sequence {
            guard let text = element.scalar?.string else { throw error(key, "must be a list of texts") }
            texts.append(text)
        }
        return texts
    }

    /// A list of mappings.
    public mutating func sections(_ key: String) throws(ConfigurationError) -> [YAMLSection]? {
        guard let node = value(key) else { return nil }
        guard let sequence = node.sequence else { throw error(key, "must be a list") }
        var sections: [YAMLSection] = []
        for (index, element) in sequence.enumerated() {
            sections.append(try YAMLSection(element, prefix: "\(prefix)\(key)[\(index)]."))
        }
        return sections
    }

    /// A mapping within this one, empty when it is missing.
    public mutating func section(_ key: String) throws(ConfigurationError) -> YAMLSection {
        try YAMLSection(value(key), prefix: "\(prefix)\(key).")
    }

    /// Every key with its text, in the order of the file.
    public mutating func pairs() throws(ConfigurationError) -> [(key: String, text: String)] {
        var pairs: [(key: String, text: String)] = []
        for entry in entries {
            known.insert(entry.key)
            guard let text = entry.node.scalar?.string else { throw error(entry.key, "must be text") }
            pairs.append((entry.key, text))
        }
        return pairs
    }

    /// An error at a key.
    public func error(_ key: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(path: prefix + key, problem: problem)
    }

    /// The keys nobody asked for, with where they stand.
    public var unknownKeys: [String] {
        entries.map(\.key).filter { !known.contains($0) }.map { prefix + $0 }
    }

    /// The keys nobody asked for, each with the known one that it may have been meant to be.
    public var unknownSettings: [UnknownSetting] {
        entries.map(\.key).filter { !known.contains($0) }.map { key in
            UnknownSetting(path: prefix + key, nearest: nearestName(to: key, among: known).map { prefix + $0 })
        }
    }

    /// Whether there is anything in it.
    public var isEmpty: Bool { entries.isEmpty }

    private mutating func value(_ key: String) -> Node? {
        known.insert(key)
        return entries.last { $0.key == key }.flatMap { Self.isNull($0.node) ? nil : $0.node }
    }

    private func shown(_ node: Node) -> String {
        node.scalar.map { "\"\($0.string)\"" } ?? "a list or mapping"
    }

    private static func isNull(_ node: Node) -> Bool {
        guard let scalar = node.scalar, scalar.style == .plain else { return false }
        return ["", "~", "null", "Null", "NULL"].contains(scalar.string)
    }
}
