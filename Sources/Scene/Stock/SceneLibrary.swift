/// The layouts that can be asked for by name, and which of them answers to a name nobody has.
public struct SceneLibrary: Sendable {
    /// Layouts by name.
    public let scenes: [String: Scene]
    private let patterns: [NamePattern]

    /// The layouts that come with Sluice: the files of `layouts/`.
    public static let stock: SceneLibrary = {
        do throws(SceneError) {
            return try SceneLibrary(files: stockFiles, names: stockNames)
        } catch {
            // They are compiled in and parsed by a test: a failure here is a bug of the build.
            preconditionFailure("a stock layout does not parse: \(error)")
        }
    }()

    /// Reads a set of layout files that may `use:` each other.
    ///
    /// - Parameters:
    ///   - files: the text of each layout file by the layout's name.
    ///   - names: the text of a file of patterns, for names that no layout has (see `layouts/names.yaml`).
    /// - Throws: `SceneError` of the first file that is wrong, or of layouts that use each other in a circle.
    public init(files: [String: String], names: String? = nil) throws(SceneError) {
        var parsed: [String: Scene] = [:]
        for name in files.keys.sorted() {
            _ = try SceneLibrary.load(name, from: files, into: &parsed, path: [])
        }
        scenes = parsed
        patterns = try names.map { yaml throws(SceneError) in try NamePattern.parse(yaml: yaml, scenes: parsed) } ?? []
    }

    /// The layout for a requested name: the one of that name, else the one its patterns give; nil if neither exists.
    public func scene(named name: String) -> Scene? {
        scenes[name] ?? patterns.first { $0.matches(name) }.flatMap { scenes[$0.scene] }
    }

    private static func load(
        _ name: String,
        from files: [String: String],
        into parsed: inout [String: Scene],
        path: [String]
    ) throws(SceneError) -> Scene? {
        if let scene = parsed[name] { return scene }
        guard let yaml = files[name] else { return nil }
        guard !path.contains(name) else {
            throw SceneError(layout: name, message: "uses itself: \((path + [name]).joined(separator: " → "))")
        }
        var loaded = parsed
        let scene = try Scene.parse(yaml: yaml, name: name) { other throws(SceneError) in
            try load(other, from: files, into: &loaded, path: path + [name])
        }
        parsed = loaded
        parsed[name] = scene
        return scene
    }
}

extension Scene {
    /// The stock layout that LiveKit's name for it asks for: unknown and empty names are grids, `-light` ones are light,
    /// all others dark.
    public static func stock(named name: String) -> Scene {
        guard let scene = SceneLibrary.stock.scene(named: name) else {
            preconditionFailure("layouts/names.yaml has no pattern for \"\(name)\"")
        }
        return scene
    }
}
