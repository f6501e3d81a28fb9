import Yams

/// One mapping of a YAML file being read: hands out typed values and remembers which keys were asked for.
struct YAMLSection {
    /// Where the mapping stands: `rtc.`; empty at the top.
    private let prefix: String
    private let entries: [(key: String, node: Node)]
    private var known: Set<String> = []

    /// The mapping at the top of a file; an empty file is an empty mapping.
    init(parsing yaml: String) throws(ConfigurationError) {
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

    // MARK: - Values; nil when the key is missing or null

    /// A text; numbers and flags are taken as they are written.
    mutating func text(_ key: String) throws(ConfigurationError) -> String? {
        guard let node = value(key) else { return nil }
        guard let text = node.scalar?.string else { throw error(key, "must be text") }
        return text
    }

    /// A flag.
    mutating func flag(_ key: String) throws(ConfigurationError) -> Bool? {
        guard let node = value(key) else { return nil }
        guard let flag = node.bool else { throw error(key, "must be true or false, not \(shown(node))") }
        return flag
    }

    /// A whole number within a range.
    mutating func integer(_ key: String, in range: ClosedRange<Int>) throws(ConfigurationError) -> Int? {
        guard let node = value(key) else { return nil }
        guard let number = node.scalar.flatMap({ Int($0.string) }), range.contains(number) else {
            throw error(
                key,
                "must be a whole number from \(range.lowerBound) to \(range.upperBound), not \(shown(node))"
            )
        }
        return number
    }

    /// A list of texts.
    mutating func texts(_ key: String) throws(ConfigurationError) -> [String]? {
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
    mutating func sections(_ key: String) throws(ConfigurationError) -> [YAMLSection]? {
        guard let node = value(key) else { return nil }
        guard let sequence = node.sequence else { throw error(key, "must be a list") }
        var sections: [YAMLSection] = []
        for (index, element) in sequence.enumerated() {
            sections.append(try YAMLSection(element, prefix: "\(prefix)\(key)[\(index)]."))
        }
        return sections
    }

    /// A mapping within this one, empty when it is missing.
    mutating func section(_ key: String) throws(ConfigurationError) -> YAMLSection {
        try YAMLSection(value(key), prefix: "\(prefix)\(key).")
    }

    /// Every key with its text, in the order of the file.
    mutating func pairs() throws(ConfigurationError) -> [(key: String, text: String)] {
        var pairs: [(key: String, text: String)] = []
        for entry in entries {
            known.insert(entry.key)
            guard let text = entry.node.scalar?.string else { throw error(entry.key, "must be text") }
            pairs.append((entry.key, text))
        }
        return pairs
    }

    /// An error at a key.
    func error(_ key: String, _ problem: String) -> ConfigurationError {
        ConfigurationError(path: prefix + key, problem: problem)
    }

    /// The keys nobody asked for, with where they stand.
    var unknownKeys: [String] {
        entries.map(\.key).filter { !known.contains($0) }.map { prefix + $0 }
    }

    /// Whether there is anything in it.
    var isEmpty: Bool { entries.isEmpty }

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
