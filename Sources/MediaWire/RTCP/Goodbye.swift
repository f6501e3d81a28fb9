/// Sources that end (RFC 3550 §6.6).
public struct Goodbye: Sendable, Hashable {
    /// The sources, at most 31.
    public var sources: [SSRC]
    /// Why, at most 255 bytes of UTF-8.
    public var reason: String?

    /// The end of these sources.
    public init(sources: [SSRC], reason: String? = nil) {
        self.sources = sources
        self.reason = reason
    }

    init(parsing reader: inout ByteReader, count: Int) throws(WireError) {
        sources = []
        for _ in 0..<count { sources.append(SSRC(rawValue: try reader.readUInt32())) }
        reason = nil
        if !reader.isAtEnd {
            let text = try reader.readBytes(Int(reader.readUInt8()))
            reason = String(decoding: text, as: UTF8.self)
        }
    }

    func serialize(into bytes: inout [UInt8]) {
        for source in sources { bytes.append(bigEndian: source.rawValue) }
        guard let reason else { return }
        precondition(reason.utf8.count <= 255, "the reason of a goodbye has at most 255 bytes")
        let start = bytes.count
        bytes.append(UInt8(reason.utf8.count))
        bytes.append(contentsOf: reason.utf8)
        while (bytes.count - start) % 4 != 0 { bytes.append(0) }
    }
}
