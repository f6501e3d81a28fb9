import Foundation
import Glibc
import JobProcess
import LiveKitProtocol
import Storage
import SwiftProtobuf

/// A job's folder, and in it what another worker has to know to complete the job should this one be killed.
///
/// The description may hold credentials of storages, so the folder is for its owner only; the token, which salvaging does not
/// need, is left out.
struct JobFolder: Sendable {
    /// What is kept of a job.
    struct Record: Codable, Sendable {
        var description: JobDescription
        /// The job's process and when it began, in the machine's clock ticks: together they name it for good.
        var pid: Int32
        var processStart: UInt64
    }

    let path: String

    /// The folder of an egress below the folder of its worker.
    init(_ id: String, below worker: String) {
        path = "\(worker)/\(id)"
    }

    /// The folder at a path.
    init(path: String) {
        self.path = path
    }

    /// Makes the folder, for its owner only.
    func create() throws(JobFailure) {
        guard mkdir(path, 0o700) == 0 || errno == EEXIST else {
            throw JobFailure(text: "the work folder cannot be made: \(String(cString: strerror(errno)))", code: 500)
        }
    }

    /// Keeps what the job is.
    func keep(_ record: Record) throws(JobFailure) {
        var record = record
        record.description.token = ""
        do {
            try write(Array(try JSONEncoder().encode(record)), as: Self.recordName)
        } catch {
            throw JobFailure(text: "the work folder cannot be written to: \(error)", code: 500)
        }
    }

    /// Keeps how the egress stands; a full disk costs this note, not the recording.
    func keep(_ info: Livekit_EgressInfo) {
        guard let bytes = try? info.serializedData() else { return }
        try? write(Array(bytes), as: Self.infoName)
    }

    /// What was kept; nil if there is nothing that could be salvaged.
    var record: Record? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(Self.recordName)")) else { return nil }
        return try? JSONDecoder().decode(Record.self, from: data)
    }

    /// How the egress stood last.
    var info: Livekit_EgressInfo? {
        guard let data = try? Data(contentsOf: URL(fileURLWithPath: "\(path)/\(Self.infoName)")) else { return nil }
        return try? Livekit_EgressInfo(serializedBytes: data)
    }

    /// Bytes of all files in it.
    var size: Int64 {
        guard let names = FileManager.default.enumerator(atPath: path) else { return 0 }
        return names.reduce(0) { sum, name in sum + fileSize("\(path)/\(name as? String ?? "")") }
    }

    /// The folders of its uploads.
    private var uploads: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix("uploads-") }.map { "\(path)/\($0)" }
    }

    /// Whether it holds files that should have been stored elsewhere and are not.
    var hasUnstoredFiles: Bool { uploads.contains { !UploadSession.unstored(in: $0).isEmpty } }

    /// Moves it to `target` for people to look at, without credentials and without what would make a worker carry on with it.
    func retire(to target: String) throws(LaunchError) {
        // First: a folder without its record would be removed by the next worker.
        guard rename(path, target) == 0 else { throw LaunchError(target, errno) }
        for folder in JobFolder(path: target).uploads { UploadSession.removeCredentials(in: folder) }
        unlink("\(target)/\(Self.recordName)")
    }

    /// Removes it with everything in it.
    func remove() {
        try? FileManager.default.removeItem(atPath: path)
    }

    /// Writes a file in one step: whoever reads it sees the old content or the new one.
    private func write(_ bytes: [UInt8], as name: String) throws(LaunchError) {
        let temporary = "\(path)/\(name).new"
        let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LaunchError(name, errno) }
        defer { close(descriptor) }
        var written = 0
        while written < bytes.count {
            let count = bytes[written...].withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { throw LaunchError(name, errno) }
            written += count
        }
        guard fsync(descriptor) == 0, rename(temporary, "\(path)/\(name)") == 0 else {
            throw LaunchError(name, errno)
        }
    }

    private static let recordName = "job.json"
    private static let infoName = "info.pb"
}
