#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The head of a fragmented MP4 with the length of the whole in it, which is known only when everything has been written.
public struct FragmentedHead: Sendable, Hashable {
    /// What takes the place of the file's first bytes.
    public let bytes: [UInt8]
    /// How many they are.
    public let replaced: Int

    /// The head for `file`, which is the beginning of a fragmented MP4 up to at least the end of its `moov`; nil if it is not.
    ///
    /// The length goes into `mvhd` and into an `mehd` in `mvex` (ISO/IEC 14496-12, 8.2.2 and 8.8.2), which is added or replaced.
    public init?(of file: [UInt8], duration: Duration) {
        guard let movie = Box.first("moov", in: file, 0..<file.count),
            let header = Box.first("mvhd", in: file, movie.content),
            let extends = Box.first("mvex", in: file, movie.content),
            // Version and flags, times, timescale and duration of the shorter version.
            header.content.count >= 20
        else { return nil }
        let isLong = file[header.content.lowerBound] == 1
        guard header.content.count >= (isLong ? 32 : 20) else { return nil }
        let timescaleAt = header.content.lowerBound + (isLong ? 20 : 12)
        let timescale = Box.number(file[timescaleAt..<timescaleAt + 4])
        let ticks = UInt64(max(0, (duration / .seconds(1) * Double(timescale)).rounded()))
        // 32 bits last 49 days at FFmpeg's thousand ticks a second.
        guard ticks < UInt64(UInt32.max) else { return nil }

        var bytes = Array(file[..<movie.range.upperBound])
        let durationAt = timescaleAt + 4
        let durationBytes = Box.bytes(ticks, count: isLong ? 8 : 4)
        bytes.replaceSubrange(durationAt..<durationAt + durationBytes.count, with: durationBytes)

        let old = Box.first("mehd", in: file, extends.content)?.range
        let place = old ?? extends.content.lowerBound..<extends.content.lowerBound
        let added: [UInt8] = [0, 0, 0, 16] + "mehd".utf8 + [0, 0, 0, 0] + Box.bytes(ticks, count: 4)
        bytes.replaceSubrange(place, with: added)
        let growth = added.count - place.count
        for box in [movie, extends] {
            let size = UInt64(box.range.count + growth)
            bytes.replaceSubrange(box.range.lowerBound..<box.range.lowerBound + 4, with: Box.bytes(size, count: 4))
        }
        self.bytes = bytes
        replaced = movie.range.upperBound
    }

    /// How much later everything behind the head lies with it.
    public var shift: Int { bytes.count - replaced }

    /// The head for the finished fragmented file at `path`, whose index of fragments at the end is moved along with it: the file is
    /// right once its first bytes are replaced.
    public static func complete(_ path: String, duration: Duration) throws(MediaError) -> FragmentedHead {
        let size = try FileSync.size(of: path)
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else {
            throw MediaError(.io, "cannot read \(path)", underlying: String(cString: strerror(errno)))
        }
        defer { close(descriptor) }
        func read(_ offset: Int64, _ count: Int) -> [UInt8] {
            var bytes = [UInt8](repeating: 0, count: count)
            let length = pread(descriptor, &bytes, count, off_t(offset))
            return Array(bytes.prefix(max(0, length)))
        }
        guard let head = FragmentedHead(of: read(0, maximumHead), duration: duration) else {
            throw MediaError(.invalidData, "\(path) does not begin as a fragmented MP4 does")
        }
        // The last four bytes say how long the index is (ISO/IEC 14496-12, 8.8.11).
        guard size >= 16 else { return head }
        let length = Int64(Box.number(read(size - 4, 4)[...]))
        guard length >= 16, length <= min(size, Int64(maximumIndex)) else { return head }
        var index = read(size - length, Int(length))
        guard moveIndex(&index, by: head.shift) else { return head }
        guard pwrite(descriptor, index, index.count, off_t(size - length)) == index.count else {
            throw MediaError(.io, "cannot write to \(path)", underlying: String(cString: strerror(errno)))
        }
        return head
    }

    /// Moves the offsets of an `mfra` box (ISO/IEC 14496-12, 8.8.10); false if `bytes` are none.
    static func moveIndex(_ bytes: inout [UInt8], by shift: Int) -> Bool {
        guard let index = Box.first("mfra", in: bytes, 0..<bytes.count), index.range.lowerBound == 0 else {
            return false
        }
        var offset = index.content.lowerBound
        while let box = Box(in: bytes, at: offset, limit: index.content.upperBound) {
            offset = box.range.upperBound
            guard box.type == "tfra", box.content.count >= 16 else { continue }
            let start = box.content.lowerBound
            let isLong = bytes[start] == 1
            // Lengths of traf, trun and sample numbers, two bits each, less one byte.
            let numbers = Int(bytes[start + 11])
            let entry = (isLong ? 16 : 8) + (0..<3).reduce(0) { $0 + (numbers >> ($1 * 2) & 3) + 1 }
            let count = Int(Box.number(bytes[start + 12..<start + 16]))
            guard count <= (box.content.count - 16) / entry else { return false }
            for number in 0..<count {
                let width = isLong ? 8 : 4
                let place = start + 16 + number * entry + width
                let moved = Int64(Box.number(bytes[place..<place + width])) + Int64(shift)
                bytes.replaceSubrange(place..<place + width, with: Box.bytes(UInt64(max(0, moved)), count: width))
            }
        }
        return true
    }

    /// A head is a few kilobytes; parameter sets are what may make it longer.
    private static let maximumHead = 1 << 20
    /// A fragment takes some 20 bytes: enough for a month of them.
    private static let maximumIndex = 256 << 20
}

/// A box of 32-bit size in memory.
private struct Box {
    var type: String
    var range: Range<Int>
    var content: Range<Int>

    init?(in bytes: [UInt8], at offset: Int, limit: Int) {
        guard offset + 8 <= limit else { return nil }
        let size = Int(Box.number(bytes[offset..<offset + 4]))
        guard size >= 8, size <= limit - offset else { return nil }
        type = String(decoding: bytes[offset + 4..<offset + 8], as: Unicode.ASCII.self)
        range = offset..<offset + size
        content = offset + 8..<offset + size
    }

    static func first(_ type: String, in bytes: [UInt8], _ range: Range<Int>) -> Box? {
        var offset = range.lowerBound
        while let box = Box(in: bytes, at: offset, limit: range.upperBound) {
            if box.type == type { return box }
            offset = box.range.upperBound
        }
        return nil
    }

    static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

    static func bytes(_ number: UInt64, count: Int) -> [UInt8] {
        (0..<count).reversed().map { UInt8(truncatingIfNeeded: number >> ($0 * 8)) }
    }
}
