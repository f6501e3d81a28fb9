import Foundation
import Storage
import Testing

@Suite("Local storage")
struct LocalStorageTests {
    private let folder: TemporaryFolder
    private let elsewhere: TemporaryFolder
    private let storage: LocalStorage

    init() throws {
        folder = try TemporaryFolder()
        elsewhere = try TemporaryFolder()
        storage = try LocalStorage(root: folder.path + "/out")
    }

    @Test(
        "keeps relative paths and absolute ones inside the folder",
        arguments: ["a.mp4", "b/c/a.mp4", "./a.mp4", "b//a.mp4", "ROOT/a.mp4", "ROOT/b/c.mp4", "..a/..b.mp4"]
    )
    func inside(path: String) throws {
        let asked = path.replacingOccurrences(of: "ROOT", with: storage.root)
        let file = try storage.prepare(asked)
        #expect(file.hasPrefix(storage.root + "/"))
        #expect(FileManager.default.createFile(atPath: file, contents: Data()))
        #expect(try storage.check(asked) == file)
    }

    @Test(
        "refuses every way out",
        arguments: [
            "../a.mp4", "b/../../a.mp4", "b/../a.mp4", "/etc/passwd", "ROOT/../a.mp4", "ROOTx/a.mp4", "/", "..",
            "link/a.mp4",
            "link/new/a.mp4", "b/up/a.mp4", "file-link",
        ]
    )
    func outside(path: String) throws {
        try FileManager.default.createDirectory(atPath: storage.root + "/b", withIntermediateDirectories: true)
        try folder.link("out/link", to: elsewhere.path)
        try folder.link("out/b/up", to: "../..")
        try folder.link("out/file-link", to: elsewhere.path + "/target.mp4")
        let asked = path.replacingOccurrences(of: "ROOT", with: storage.root)
        #expect(throws: StorageError.self) { try storage.prepare(asked) }
        #expect(throws: StorageError.self) { try storage.check(asked) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere.path).isEmpty)
    }

    @Test(
        "refuses what cannot be a file",
        arguments: [
            "", "/", ".", "a/", "a\0b", String(repeating: "x", count: 300), String(repeating: "x/", count: 3000) + "y",
        ]
    )
    func unusable(path: String) {
        #expect(throws: StorageError.self) { try storage.prepare(path) }
    }

    @Test("follows links that stay inside")
    func linkInside() throws {
        try FileManager.default.createDirectory(atPath: storage.root + "/real", withIntermediateDirectories: true)
        try folder.link("out/alias", to: "real")
        #expect(try storage.prepare("alias/a.mp4") == storage.root + "/real/a.mp4")
    }

    @Test("names the path and what would be right in its error")
    func message() {
        let error = #expect(throws: StorageError.self) { try storage.prepare("../a.mp4") }
        #expect(
            error?.description
                == "\"../a.mp4\" leads out of the output folder \(storage.root); "
                + "give a relative path, or an absolute one inside it"
        )
    }

    @Test("replaces a file in one step")
    func publish() throws {
        try folder.write("old", to: "out/a.mp4")
        try folder.write("new", to: "out/a.part")
        try LocalStorage.publish(storage.root + "/a.part", as: storage.root + "/a.mp4")
        #expect(try String(contentsOfFile: storage.root + "/a.mp4", encoding: .utf8) == "new")
        #expect(!FileManager.default.fileExists(atPath: storage.root + "/a.part"))
        #expect(throws: StorageError.self) {
            try LocalStorage.publish(storage.root + "/missing", as: storage.root + "/a.mp4")
        }
    }
}
