import Glibc

/// The size of the file at `path` in bytes, 0 if there is none.
func fileSize(_ path: String) -> Int64 {
    var status = stat()
    return stat(path, &status) == 0 ? Int64(status.st_size) : 0
}
