import Foundation
import Synchronization

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The append-only record of a session's uploads: a JSON object a line.
///
/// A line that a crash has torn has no newline: it is ignored and cut off. A whole line that is no record is passed
/// over. A line is with the operating system when `append` returns, so that it outlives the process; `synchronize`
/// makes it outlive the machine.
final class UploadJournal: Sendable {
    private let descriptor: Int32
    private let path: String
    /// Bytes of whole lines.
    private let length: Mutex<Int>

    /// Opens (or creates) the journal and reads what is in it.
    static func open(_ path: String) throws(StorageError) -> (journal: UploadJournal, records: [JournalRecord]) {
        let bytes = exists(path) ? try content(of: path) : []
        let (records, length) = parse(bytes)
        let descriptor = openForAppending(path)
        guard descriptor >= 0 else { throw StorageError.last("open", path) }
        let journal = UploadJournal(descriptor: descriptor, path: path, length: length)
        if length < bytes.count, ftruncate(descriptor, off_t(length)) != 0 {
            throw StorageError.last("repair", path)
        }
        return (journal, records)
    }

    private init(descriptor: Int32, path: String, length: Int) {
        self.length = Mutex(length)
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
        let failure = length.withLock { length -> StorageError? in
            let written = line.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard written != line.count else {
                length += line.count
                return nil
            }
            let error = StorageError.last("write", path)
            // A disk that is full may have taken a part, which would spoil the next line.
            _ = ftruncate(descriptor, off_t(length))
            return error
        }
        if let failure { throw failure }
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
            if let record = try? JSONDecoder().decode(JournalRecord.self, from: Data(bytes[start..<end])) {
                records.append(record)
            }
            start = end + 1
        }
        return (records, start)
    }

    private static func content(of path: String) throws(StorageError) -> [UInt8] {
        guard let data = FileManager.default.contents(atPath: path) else { throw StorageError.last("read", path) }
        return Array(data)
    }
}
