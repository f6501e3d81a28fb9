import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The append-only record of a session's uploads: a JSON object a line.
///
/// A line that a crash has torn has no newline, or is no JSON: it is ignored and cut off. A line is with the operating system
/// when `append` returns, so that it outlives the process; `synchronize` makes it outlive the machine.
final class UploadJournal: Sendable {
    private let descriptor: Int32
    private let path: String

    /// Opens (or creates) the journal and reads what is in it.
    static func open(_ path: String) throws(StorageError) -> (journal: UploadJournal, records: [JournalRecord]) {
        let bytes = exists(path) ? try content(of: path) : []
        let (records, length) = parse(bytes)
        let descriptor = Glibc.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw StorageError.last("open", path) }
        let journal = UploadJournal(descriptor: descriptor, path: path)
        if length < bytes.count, ftruncate(descriptor, off_t(length)) != 0 {
            throw StorageError.last("repair", path)
        }
        return (journal, records)
    }

    private init(descriptor: Int32, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    deinit {
        close(descriptor)
    }

    /// Adds a record.
    func append(_ record: JournalRecord) throws(StorageError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        guard var line = try? encoder.encode(record) else {
            throw StorageError.invalid(path: path, reason: "a record cannot be written as JSON")
        }
        line.append(UInt8(ascii: "\n"))
        // One write of an append-only file: lines of several threads do not mix.
        let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
        guard written == line.count else { throw StorageError.last("write", path) }
    }

    /// Waits until everything is on disk.
    func synchronize() throws(StorageError) {
        guard fdatasync(descriptor) == 0 else { throw StorageError.last("write to disk", path) }
    }

    /// The records of whole lines, and how many bytes they take.
    static func parse(_ bytes: [UInt8]) -> (records: [JournalRecord], length: Int) {
        var records: [JournalRecord] = []
        var start = 0
        while let end = bytes[start...].firstIndex(of: UInt8(ascii: "\n")) {
            guard let record = try? JSONDecoder().decode(JournalRecord.self, from: Data(bytes[start..<end])) else {
                break
            }
            records.append(record)
            start = end + 1
        }
        return (records, start)
    }

    private static func content(of path: String) throws(StorageError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw StorageError.last("read", path) }
        return Array(data)
    }
}
