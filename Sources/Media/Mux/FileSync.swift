#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Makes what was written survive a power failure.
enum FileSync {
    /// Waits until the content of the file or folder at `path` is on disk.
    static func synchronize(_ path: String) throws(MediaError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("cannot open \(path)") }
        defer { close(descriptor) }
        guard fsync(descriptor) == 0 else { throw failure("cannot write \(path) to disk") }
    }

    /// Puts the file at `temporary` in the place of `path` in one step, durably.
    static func replace(_ path: String, with temporary: String) throws(MediaError) {
        guard rename(temporary, path) == 0 else { throw failure("cannot put the finished file at \(path)") }
        let folder = path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
        try synchronize(folder.isEmpty ? "/" : folder)
    }

    /// The size of the file at `path` in bytes.
    static func size(of path: String) throws(MediaError) -> Int64 {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure("cannot read \(path)") }
        return Int64(status.st_size)
    }

    private static func failure(_ message: String) -> MediaError {
        MediaError(.io, message, underlying: String(cString: strerror(errno)))
    }
}
