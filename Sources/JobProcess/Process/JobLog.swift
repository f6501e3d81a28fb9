import Glibc
package import Logging

/// What a job's process writes to its standard error, line by line in the worker's log and, if asked for, in a file of its own.
package final class JobLog: Sendable {
    /// The end that the process writes to.
    package let writer: Int32
    private let reader: Int32
    private let file: Int32?
    private let logger: Logger

    /// A pipe for one job; `file` is appended to.
    ///
    /// - Throws: `LaunchError` if the system has no descriptor left. A file that cannot be opened is only warned about.
    package init(file path: String?, logger: Logger) throws(LaunchError) {
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
    package func closeWriter() {
        close(writer)
    }

    /// Reads until the process has closed its end; for a thread of its own.
    package func read() {
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
