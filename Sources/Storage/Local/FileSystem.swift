#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension StorageError {
    /// The error the operating system just reported.
    static func last(_ operation: String, _ path: String) -> StorageError {
        let code = errno
        return .system(operation: operation, path: path, errno: code, reason: String(cString: strerror(code)))
    }
}

func realPath(_ path: String) throws(StorageError) -> String {
    guard let resolved = realpath(path, nil) else { throw StorageError.last("find", path) }
    defer { free(resolved) }
    return String(cString: resolved)
}

func exists(_ path: String) -> Bool { access(path, F_OK) == 0 }

func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
}

func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
}

func folder(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
}

/// Creates one folder; no error if it is there already.
func makeFolder(_ path: String) throws(StorageError) {
    guard mkdir(path, 0o777) == 0 || errno == EEXIST else { throw StorageError.last("create the folder", path) }
}

/// Creates a folder and those above it.
func makeFolders(_ path: String) throws(StorageError) {
    guard !exists(path) else { return }
    let parent = folder(of: path)
    if parent != path, parent != "." { try makeFolders(parent) }
    try makeFolder(path)
}

/// Waits until the file's (or folder's) content is on disk.
func synchronize(_ path: String) throws(StorageError) {
    let descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw StorageError.last("open", path) }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw StorageError.last("write to disk", path) }
}

/// Whether a file can be moved into a folder without being copied.
func onSameFileSystem(_ path: String, _ folder: String) -> Bool {
    var (first, second) = (stat(), stat())
    return stat(path, &first) == 0 && stat(folder, &second) == 0 && first.st_dev == second.st_dev
}

/// Opens a file that only this user may read, each write to its end; negative if that fails.
func openForAppending(_ path: String) -> Int32 {
    open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
}
