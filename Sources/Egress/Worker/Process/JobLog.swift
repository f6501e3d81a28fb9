import Glibc
import Logging

/// What a job's process writes to its standard error, line by line in the worker's log and, if asked for, in a file of its own.
final class JobLog: Sendable {
    /// The end that the process writes to.
    let writer: Int32
    private let reader: Int32
    private let file: Int32?
    private let logger: Logger

    /// A pipe for one job; `file` is appended to.
    ///
    /// - Throws: `LaunchError` if the system has no descriptor left. A file that cannot be opened is only warned about.
    init(file path: String?, logger: Logger) throws(LaunchError) {
        var ends: [Int32] = [0, 0]
        guard pipe(&ends) == 0 else { throw LaunchError("no pipe for the job's log", errno) }
        for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
        (reader, writer) = (ends[0], ends[1])
        self.logger = logger
        file = path.flatMap { path in
            // Its folder is made by the first job; one that cannot be made is found out by opening the file.
            let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
            if !folder.isEmpty { mkdir(folder, 0o700) }
            let descriptor = open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
            if descriptor < 0 { logger.warning("the job's log cannot be kept", metadata: ["file": "\(path)"]) }
            return descriptor < 0 ? nil : descriptor
        }
    }

    deinit {
        close(reader)
        if let file { close(file) }
    }

    /// Gives up the process's end, once the process has it; to be called once.
    func closeWriter() {
        close(writer)
    }

    /// Reads until the process has closed its end; for a thread of its own.
    func read() {
        var lines = LineSplitter()
        var buffer = [UInt8](repeating: 0, count: 8192)
        while true {
            let count = Glibc.read(reader, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { break }
            if let file { _ = Glibc.write(file, buffer, count) }
            for line in lines.append(buffer[..<count]) { log(line) }
        }
        if let line = lines.rest { log(line) }
    }

    private func log(_ line: String) {
        guard !line.isEmpty else { return }
        let (level, text) = JobLogLine.parse(line)
        logger.log(level: level, "\(text)")
    }
}

/// Cuts bytes into lines.
struct LineSplitter {
    /// A longer line is cut.
    static let maximumLength = 8192
    private var pending: [UInt8] = []

    /// The lines that are complete now.
    mutating func append(_ bytes: ArraySlice<UInt8>) -> [String] {
        var lines: [String] = []
        for byte in bytes {
            if byte != UInt8(ascii: "\n") { pending.append(byte) }
            guard byte == UInt8(ascii: "\n") || pending.count >= Self.maximumLength else { continue }
            lines.append(String(decoding: pending, as: UTF8.self))
            pending.removeAll(keepingCapacity: true)
        }
        return lines
    }

    /// What came after the last end of a line.
    var rest: String? { pending.isEmpty ? nil : String(decoding: pending, as: UTF8.self) }
}

/// A line as swift-log's `StreamLogHandler` writes it: `2026-01-31T12:00:00+0000 info label: text`.
enum JobLogLine {
    /// The line's level and what follows the time and the level; other lines are taken whole, as information.
    static func parse(_ line: String) -> (level: Logger.Level, text: String) {
        let parts = line.split(separator: " ", maxSplits: 2, omittingEmptySubsequences: true)
        guard parts.count == 3, parts[0].first?.isNumber == true, let level = Logger.Level(rawValue: String(parts[1]))
        else { return (.info, line) }
        return (level, String(parts[2]))
    }
}
