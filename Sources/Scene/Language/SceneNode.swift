import Yams

/// A place in a layout file: reads values out of YAML and says, with the line, what is wrong with them.
struct SceneNode {
    let layout: String
    let node: Node
    /// The name of the place, as in `arrangement.grid.gap`.
    let path: String

    init(yaml: String, layout: String) throws(SceneError) {
        guard yaml.utf8.count <= maximumFileSize else {
            throw SceneError(layout: layout, message: "the file is longer than \(maximumFileSize) bytes")
        }
        do {
            guard let node = try Yams.compose(yaml: yaml) else {
                throw SceneError(layout: layout, message: "the file is empty")
            }
            self.init(layout: layout, node: node, path: "")
        } catch let error as SceneError {
            throw error
        } catch {
            throw SceneError(layout: layout, message: "not YAML: \(error)")
        }
    }

    private init(layout: String, node: Node, path: String) {
        self.layout = layout
        self.node = node
        self.path = path
    }

    func error(_ message: String) -> SceneError {
        SceneError(layout: layout, line: node.mark?.line, message: path.isEmpty ? message : "\(path): \(message)")
    }

    /// The entries of a mapping; a key not among `known` is an error, so that a misspelt one is never silently ignored.
    func mapping(_ known: [String]) throws(SceneError) -> [String: SceneNode] {
        guard case .mapping(let mapping) = node else { throw error("needs to be a mapping of \(list(known))") }
        var entries: [String: SceneNode] = [:]
        for (key, value) in mapping {
            let name = key.string ?? ""
            let child = SceneNode(layout: layout, node: value, path: path.isEmpty ? name : "\(path).\(name)")
            guard known.contains(name) else { throw child.error("is not known here; known are \(list(known))") }
            entries[name] = child
        }
        return entries
    }

    /// The elements of a list.
    func elements() throws(SceneError) -> [SceneNode] {
        guard case .sequence(let sequence) = node else { throw error("needs to be a list") }
        return sequence.enumerated().map { SceneNode(layout: layout, node: $1, path: "\(path)[\($0)]") }
    }

    func string() throws(SceneError) -> String {
        guard case .scalar(let scalar) = node else { throw error("needs to be a text") }
        return scalar.string
    }

    func integer(_ range: ClosedRange<Int>) throws(SceneError) -> Int {
        let text = try string()
        guard let value = Int(text), range.contains(value) else {
            throw error("\"\(text)\" is not a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func number(_ range: ClosedRange<Double>) throws(SceneError) -> Double {
        let text = try string()
        guard let value = Double(text), range.contains(value) else {
            throw error("\"\(text)\" is not a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    func boolean() throws(SceneError) -> Bool {
        switch try string() {
        case "true": return true
        case "false": return false
        case let text: throw error("\"\(text)\" is neither true nor false")
        }
    }

    func color() throws(SceneError) -> SceneColor {
        let text = try string()
        guard let color = SceneColor(hex: text) else { throw error("\"\(text)\" is not a colour such as \"#1e1e1e\"") }
        return color
    }

    func choice<Value: CaseIterable & RawRepresentable<String>>(
        of type: Value.Type = Value.self
    ) throws(SceneError) -> Value {
        let text = try string()
        guard let value = Value(rawValue: text) else {
            throw error("\"\(text)\" is none of \(list(Value.allCases.map(\.rawValue)))")
        }
        return value
    }
}

/// Far beyond any layout a person writes; keeps a wrong file from being read for ever.
private let maximumFileSize = 262_144

private func list(_ names: [String]) -> String { names.joined(separator: ", ") }
