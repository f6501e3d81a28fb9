import Foundation

/// The checkout that the tests were built from.
enum Repository {
    /// The folder that holds `Package.swift`.
    static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// A hand-written Swift file with its path below the root.
    struct SourceFile {
        let path: String
        let lines: [String]

        /// The target that the file belongs to: the folder below `Sources` or `Tests`.
        var target: String { String(path.split(separator: "/")[1]) }
    }

    /// Every Swift file below `folder` that is not generated, sorted by path.
    static func swiftFiles(below folder: String) throws -> [SourceFile] {
        let start = root.appending(path: folder)
        let enumerator = FileManager.default.enumerator(atPath: start.path())
        var files: [SourceFile] = []
        while let name = enumerator?.nextObject() as? String {
            guard name.hasSuffix(".swift"), !name.hasSuffix(".pb.swift") else { continue }
            let text = try String(contentsOf: start.appending(path: name), encoding: .utf8)
            files.append(SourceFile(path: "\(folder)/\(name)", lines: text.components(separatedBy: "\n")))
        }
        return files.sorted { $0.path < $1.path }
    }

    /// The module table of `Package.swift`: names in their order, each with what it may use.
    static func moduleTable() throws -> [(name: String, uses: Set<String>)] {
        let manifest = try String(contentsOf: root.appending(path: "Package.swift"), encoding: .utf8)
        let declaration = #/(?:library\(\s*|name: )"(\w+)",\s*(?:dependencies: )?\[([^\]]*)\]/#
        let simple = #/(?:library\(|systemLibrary\(name: )"(\w+)"(?:\)|,)/#
        var table: [(start: String.Index, name: String, uses: Set<String>)] = []
        for match in manifest.matches(of: declaration) {
            let uses = match.output.2.matches(of: #/"(\w+)"/#).map { String($0.output.1) }
            table.append((match.range.lowerBound, String(match.output.1), Set(uses)))
        }
        for match in manifest.matches(of: simple) where !table.contains(where: { $0.name == match.output.1 }) {
            table.append((match.range.lowerBound, String(match.output.1), []))
        }
        return table.sorted { $0.start < $1.start }.map { ($0.name, $0.uses) }
    }
}
