import Media

/// Opens what a test gives it by URL, and notes what was asked for.
final class MemoryOpener: MediaOpener {
    private let contents: [String: [UInt8]]
    private(set) var asked: [String] = []
    var refusal: ByteSourceFailure?
    /// Bytes that one read brings at most.
    var piece = Int.max
    /// What goes wrong once all bytes have been read.
    var breakage: ByteSourceFailure?

    init(_ contents: [String: [UInt8]]) { self.contents = contents }

    func open(_ url: String, range: Range<Int64>?) throws(ByteSourceFailure) -> any MediaByteSource {
        asked.append(url)
        guard let bytes = contents[url] else { throw refusal ?? ByteSourceFailure("there is no \(url)") }
        let part = range.map { Array(bytes[Int($0.lowerBound)..<Int($0.upperBound)]) } ?? bytes
        return Source(part, piece: piece, breakage: breakage)
    }

    /// Some bytes.
    final class Source: MediaByteSource {
        private let bytes: [UInt8]
        private let piece: Int
        private let breakage: ByteSourceFailure?
        private var position = 0

        init(_ bytes: [UInt8], piece: Int = .max, breakage: ByteSourceFailure? = nil) {
            self.bytes = bytes
            self.piece = piece
            self.breakage = breakage
        }

        var length: Int64? { Int64(bytes.count) }
        var isSeekable: Bool { true }

        func read(into buffer: UnsafeMutableRawBufferPointer) throws(ByteSourceFailure) -> Int {
            let count = min(buffer.count, piece, bytes.count - position)
            if count == 0, let breakage { throw breakage }
            buffer.copyBytes(from: bytes[position..<position + count])
            position += count
            return count
        }

        func seek(to offset: Int64) throws(ByteSourceFailure) { position = Int(offset) }

        func close() {}
    }
}
