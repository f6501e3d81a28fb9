import Foundation

/// What a session needs to be resumed.
///
/// Holds credentials: the file is readable by this user alone.
struct SessionRecord: Codable, Sendable {
    var destination: StorageConfiguration
    var backup: StorageConfiguration?
    var localRoot: String
    var settings: UploadSession.Settings

    /// Writes it into a session's folder.
    func write(to folder: String) throws(StorageError) {
        guard let data = try? JSONEncoder().encode(self) else {
            throw StorageError.invalid(path: folder, reason: "the session cannot be written as JSON")
        }
        try writeFile(Self.path(folder), Array(data))
    }

    /// Reads it from a session's folder.
    init(folder: String) throws(StorageError) {
        let path = Self.path(folder)
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StorageError.invalid(path: path, reason: "it cannot be read")
        }
        guard let record = try? JSONDecoder().decode(SessionRecord.self, from: data) else {
            throw StorageError.invalid(path: path, reason: "it is not the record of a session")
        }
        self = record
    }

    init(
        destination: StorageConfiguration,
        backup: StorageConfiguration?,
        localRoot: String,
        settings: UploadSession.Settings
    ) {
        self.destination = destination
        self.backup = backup
        self.localRoot = localRoot
        self.settings = settings
    }

    static func path(_ folder: String) -> String { "\(folder)/session.json" }
}
