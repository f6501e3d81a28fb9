import Glibc
import Storage

/// Puts files into the recordings' folder.
final class LocalStore: OutputStore {
    private let storage: LocalStorage
    private let folder: String

    init(root: String, folder: String) throws(StorageError) {
        storage = try LocalStorage(root: root)
        self.folder = folder
    }

    var backupWasUsed: Bool { false }

    func submit(
        _ path: String,
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        let result: Result<StoredObject, StorageError>
        do throws(StorageError) {
            let destination = try storage.prepare(key)
            var status = stat()
            stat(path, &status)
            try LocalStorage.publish(path, as: destination)
            result = .success(StoredObject(location: destination, size: Int64(status.st_size)))
        } catch {
            result = .failure(error)
        }
        completion(result)
    }

    func submit(
        _ bytes: [UInt8],
        as key: String,
        contentType: String,
        replacing: Bool,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {
        let path = "\(folder).\(UInt64.random(in: 0...UInt64.max))"
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        _ = write(descriptor, bytes, bytes.count)
        close(descriptor)
        submit(path, as: key, contentType: contentType, replacing: replacing, completion: completion)
    }

    func growing(_ path: String, as key: String, contentType: String) -> any GrowingFile { LocalGrowth() }

    func settle() async {}
}

private struct LocalGrowth: GrowingFile {
    func grown(to length: Int64) {}
    func finish(
        head: [UInt8]?,
        replacing count: Int,
        completion: @escaping @Sendable (Result<StoredObject, StorageError>) -> Void
    ) {}
    func cancel() {}
}
