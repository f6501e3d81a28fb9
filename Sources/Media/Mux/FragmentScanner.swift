#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Finds how much of an MP4 file is whole by walking its outermost boxes (ISO/IEC 14496-12, 4.2).
enum FragmentScanner {
    /// The length of the file at `path` up to the end of its last whole fragment, or of its last whole box if it is not
    /// fragmented.
    static func wholeLength(of path: String) throws(MediaError) -> Int64 {
        let size = try FileSync.size(of: path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw MediaError(.io, "cannot read \(path)", underlying: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        let whole = wholeLength(size: size) { offset, count in
            var bytes = [UInt8](repeating: 0, count: count)
            return pread(descriptor, &bytes, count, off_t(offset)) == count ? bytes : nil
        }
        guard let whole else { throw MediaError(.noMedia, "\(path) holds no whole fragment") }
        return whole
    }

    /// The same over any storage of `size` bytes.
    ///
    /// `read` returns the bytes at an offset, nil if there are not so many. Nil if
    /// no media is whole.
    static func wholeLength(size: Int64, read: (_ offset: Int64, _ count: Int) -> [UInt8]?) -> Int64? {
        var offset: Int64 = 0
        var whole: Int64 = 0
        var hasHeader = false
        var hasMedia = false
        var isInFragment = false
        while let box = Box(at: offset, size: size, read: read) {
            let end = offset + box.length
            switch box.type {
            case "moov": hasHeader = true
            case "moof": isInFragment = true
            case "mdat":
                hasMedia = true
                isInFragment = false
            default: break
            }
            // A moof alone is a promise of samples that are not there.
            if !isInFragment { whole = end }
            offset = end
        }
        return hasHeader && hasMedia ? whole : nil
    }

    /// The header of one box that lies wholly inside the file.
    private struct Box {
        var type: String
        var length: Int64

        init?(at offset: Int64, size: Int64, read: (Int64, Int) -> [UInt8]?) {
            guard size - offset >= 8, let header = read(offset, 8) else { return nil }
            func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }
            type = String(decoding: header[4..<8], as: Unicode.ASCII.self)
            var length = number(header[0..<4])
            var headerLength: UInt64 = 8
            switch length {
            case 0: length = UInt64(size - offset)
            case 1:
                guard size - offset >= 16, let large = read(offset + 8, 8) else { return nil }
                length = number(large[...])
                headerLength = 16
            default: break
            }
            guard length >= headerLength, length <= UInt64(size - offset) else { return nil }
            self.length = Int64(length)
        }
    }
}
