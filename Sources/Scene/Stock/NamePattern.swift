/// A pattern of requested names, and the layout that answers to them.
struct NamePattern: Sendable, Hashable {
    /// The pattern cut at its `*`s.
    let parts: [String]
    let scene: String

    static func parse(yaml: String, scenes: [String: Scene]) throws(SceneError) -> [NamePattern] {
        var patterns: [NamePattern] = []
        for element in try SceneNode(yaml: yaml, layout: "names").elements() {
            let entries = try element.mapping(["match", "use"])
            guard let match = entries["match"], let use = entries["use"] else {
                throw element.error("needs match and use")
            }
            let scene = try use.string()
            guard scenes[scene] != nil else { throw use.error("there is no layout named \"\(scene)\"") }
            let parts = try match.string().split(separator: "*", omittingEmptySubsequences: false).map(String.init)
            patterns.append(NamePattern(parts: parts, scene: scene))
        }
        return patterns
    }

    /// Whether `name` matches: `*` stands for any text, also none.
    func matches(_ name: String) -> Bool {
        guard let first = parts.first, let last = parts.last, parts.count > 1 else { return parts.first == name }
        guard name.hasPrefix(first), name.hasSuffix(last), name.count >= first.count + last.count else { return false }
        var rest = name.dropFirst(first.count).dropLast(last.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return true
    }
}
