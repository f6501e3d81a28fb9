import NIOCore

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Bytes of a file, after some that stand before them.
///
/// - Throws: `StorageError.system` if the file cannot be read or is shorter.
func readFile(_ path: String, head: [UInt8], range: Range<Int64>) throws(StorageError) -> ByteBuffer {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError.last("open", path) }
    defer { close(descriptor) }
    var buffer = ByteBufferAllocator().buffer(capacity: head.count + range.count)
    buffer.writeBytes(head)
    var offset = range.lowerBound
    while offset < range.upperBound {
        let wanted = Int(range.upperBound - offset)
        var got = 0
        buffer.writeWithUnsafeMutableBytes(minimumWritableBytes: wanted) { target in
            got = pread(descriptor, target.baseAddress, wanted, off_t(offset))
            return max(0, got)
        }
        if got < 0, errno == EINTR { continue }
        guard got >= 0 else { throw StorageError.last("read", path) }
        guard got > 0 else {
            throw StorageError.invalid(path: path, reason: "it ends at byte \(offset), before \(range.upperBound)")
        }
        offset += Int64(got)
    }
    return buffer
}

/// Bytes of a file.
func fileSize(_ path: String) throws(StorageError) -> Int64 {
    var status = stat()
    guard stat(path, &status) == 0 else { throw StorageError.last("find", path) }
    return Int64(status.st_size)
}

/// Writes a file that only this user may read, whole or not at all.
func writeFile(_ path: String, _ bytes: [UInt8]) throws(StorageError) {
    let temporary = "\(path).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw StorageError.last("create", temporary) }
    defer { close(descriptor) }
    try writeAll(bytes, to: descriptor, at: 0, path: temporary)
    guard rename(temporary, path) == 0 else { throw StorageError.last("move \(temporary) to", path) }
}

/// Removes a file; no error if it is not there.
func removeFile(_ path: String) throws(StorageError) {
    guard unlink(path) == 0 || errno == ENOENT else { throw StorageError.last("remove", path) }
}

/// Gives a file its length, and its head if that is to be another one of the same length, in place.
func apply(_ ending: FileEnding, to path: String) throws(StorageError) {
    let descriptor = open(path, O_WRONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw StorageError.last("open", path) }
    defer { close(descriptor) }
    guard ftruncate(descriptor, off_t(ending.length)) == 0 else { throw StorageError.last("cut", path) }
    try writeAll(ending.head ?? [], to: descriptor, at: 0, path: path)
}

/// Copies a range of a file behind a head, a megabyte at a time.
func copy(_ source: String, to target: String, head: [UInt8] = [], range: Range<Int64>) throws(StorageError) {
    let descriptor = open(target, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw StorageError.last("create", target) }
    defer { close(descriptor) }
    try writeAll(head, to: descriptor, at: 0, path: target)
    var offset = range.lowerBound
    var position = Int64(head.count)
    while offset < range.upperBound {
        let end = min(offset + 1 << 20, range.upperBound)
        let piece = try readFile(source, head: [], range: offset..<end)
        try writeAll(Array(piece.readableBytesView), to: descriptor, at: position, path: target)
        position += end - offset
        offset = end
    }
}

private func writeAll(_ bytes: [UInt8], to descriptor: Int32, at position: Int64, path: String) throws(StorageError) {
    var done = 0
    while done < bytes.count {
        let written = bytes[done...].withUnsafeBytes {
            pwrite(descriptor, $0.baseAddress, $0.count, off_t(position + Int64(done)))
        }
        if written < 0, errno == EINTR { continue }
        guard written > 0 else { throw StorageError.last("write", path) }
        done += written
    }
}
