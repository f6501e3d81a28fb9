/// Descriptions of sources, above all their canonical names (RFC 3550 §6.5).
public struct SourceDescription: Sendable, Hashable {
    /// What is said about one source.
    public struct Chunk: Sendable, Hashable {
        /// The source.
        public var ssrc: SSRC
        /// The items in order.
        public var items: [Item]

        /// A description of `ssrc`.
        public init(ssrc: SSRC, items: [Item]) {
            self.ssrc = ssrc
            self.items = items
        }
    }

    /// One thing said about a source.
    public struct Item: Sendable, Hashable {
        /// The item's type, 1 through 255 (RFC 3550 §12.2).
        public var type: UInt8
        /// At most 255 bytes of UTF-8.
        public var text: String

        /// An item with this type and text.
        public init(type: UInt8, text: String) {
            self.type = type
            self.text = text
        }
    }

    /// The type of the canonical name, which ties streams of one origin together (RFC 3550 §6.5.1).
    public static let canonicalNameType: UInt8 = 1

    /// The sources described, at most 31.
    public var chunks: [Chunk]

    /// A description of these sources.
    public init(chunks: [Chunk]) {
        self.chunks = chunks
    }

    /// The description that gives `ssrc` the canonical name `cname`.
    public init(ssrc: SSRC, canonicalName cname: String) {
        chunks = [Chunk(ssrc: ssrc, items: [Item(type: Self.canonicalNameType, text: cname)])]
    }

    init(parsing reader: inout ByteReader, count: Int) throws(WireError) {
        chunks = []
        for _ in 0..<count { chunks.append(try Chunk(parsing: &reader)) }
    }

    func serialize(into bytes: inout [UInt8]) {
        for chunk in chunks { chunk.serialize(into: &bytes) }
    }
}

extension SourceDescription.Chunk {
    fileprivate init(parsing reader: inout ByteReader) throws(WireError) {
        let start = reader.position
        ssrc = SSRC(rawValue: try reader.readUInt32())
        items = []
        while true {
            let type = try reader.readUInt8()
            if type == 0 { break }
            let text = try reader.readBytes(Int(reader.readUInt8()))
            items.append(SourceDescription.Item(type: type, text: String(decoding: text, as: UTF8.self)))
        }
        // The list ends with one to four zeros, up to the next multiple of four bytes.
        try reader.skip((4 - (reader.position - start) % 4) % 4)
    }

    fileprivate func serialize(into bytes: inout [UInt8]) {
        let start = bytes.count
        bytes.append(bigEndian: ssrc.rawValue)
        for item in items {
            precondition(item.type != 0, "type 0 ends the list of items")
            precondition(item.text.utf8.count <= 255, "a source description item has at most 255 bytes")
            bytes.append(item.type)
            bytes.append(UInt8(item.text.utf8.count))
            bytes.append(contentsOf: item.text.utf8)
        }
        repeat { bytes.append(0) } while (bytes.count - start) % 4 != 0
    }
}
