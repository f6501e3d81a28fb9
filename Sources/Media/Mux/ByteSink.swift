internal import CFFmpeg

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Takes a muxer's bytes that are not to go into one file: into memory, or into one file after another.
final class ByteSink {
    private var descriptor: Int32 = -1
    private var path = ""
    private var memory: [UInt8] = []
    /// Bytes since the last `begin` or `takeMemory`.
    private(set) var count: Int64 = 0
    private var failure: MediaError?

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    /// What came since the last file, or since the beginning.
    func takeMemory() -> [UInt8] {
        defer {
            memory = []
            count = 0
        }
        return memory
    }

    /// Sends what follows into a new file at `path`.
    func begin(_ path: String) throws(MediaError) {
        precondition(descriptor < 0, "one file at a time")
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
        guard descriptor >= 0 else {
            throw MediaError(.io, "cannot create \(path)", underlying: String(cString: strerror(errno)))
        }
        self.path = path
        count = 0
    }

    /// Completes the file and returns its size; what follows goes into memory.
    func end() throws(MediaError) -> Int64 {
        precondition(descriptor >= 0, "a file that was begun")
        close(descriptor)
        descriptor = -1
        if let failure { throw failure }
        defer { count = 0 }
        return count
    }

    /// Fails if a write did.
    func check() throws(MediaError) {
        if let failure { throw failure }
    }

    func append(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard failure == nil else { return false }
        count += Int64(bytes.count)
        guard descriptor >= 0 else {
            memory.append(contentsOf: bytes)
            return true
        }
        var rest = bytes
        while let base = rest.baseAddress, !rest.isEmpty {
            let written = write(descriptor, base, rest.count)
            if written < 0, errno == EINTR { continue }
            guard written > 0 else {
                failure = MediaError(.io, "cannot write to \(path)", underlying: String(cString: strerror(errno)))
                return false
            }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
        return true
    }

    /// An FFmpeg stream that writes here; it does not keep the sink alive.
    func makeStream() -> UnsafeMutablePointer<AVIOContext> {
        let size: Int32 = 65_536
        guard let buffer = av_malloc(Int(size)) else { preconditionFailure("out of memory for a stream") }
        let stream = avio_alloc_context(
            buffer.assumingMemoryBound(to: UInt8.self),
            size,
            1,
            Unmanaged.passUnretained(self).toOpaque(),
            nil,
            { opaque, bytes, count in
                guard let opaque else { return sluice_averror(EINVAL) }
                let sink = Unmanaged<ByteSink>.fromOpaque(opaque).takeUnretainedValue()
                let taken = sink.append(UnsafeRawBufferPointer(start: bytes, count: max(0, Int(count))))
                return taken ? count : sluice_averror(EIO)
            },
            nil
        )
        guard let stream else { preconditionFailure("out of memory for a stream") }
        return stream
    }
}
