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
