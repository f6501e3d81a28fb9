/// Asks senders for a key frame (RFC 5104 §4.3.1).
public struct FullIntraRequest: Sendable, Hashable {
    /// One sender that is asked.
    public struct Entry: Sendable, Hashable {
        /// The stream that shall have a key frame.
        public var ssrc: SSRC
        /// Counts commands, so that a repetition is told from a new one.
        public var sequenceNumber: UInt8

        /// A command to the sender of `ssrc`.
        public init(ssrc: SSRC, sequenceNumber: UInt8) {
            self.ssrc = ssrc
            self.sequenceNumber = sequenceNumber
        }
    }

    /// Who asks.
    public var senderSSRC: SSRC
    /// Not used by the RFC, which wants 0; some senders put the stream here.
    public var mediaSSRC: SSRC
    /// Who is asked.
    public var entries: [Entry]

    /// A request to these senders.
    public init(senderSSRC: SSRC, mediaSSRC: SSRC = 0, entries: [Entry]) {
        self.senderSSRC = senderSSRC
        self.mediaSSRC = mediaSSRC
        self.entries = entries
    }

    init(parsing reader: inout ByteReader) throws(WireError) {
        senderSSRC = SSRC(rawValue: try reader.readUInt32())
        mediaSSRC = SSRC(rawValue: try reader.readUInt32())
        entries = []
        while !reader.isAtEnd {
            let ssrc = SSRC(rawValue: try reader.readUInt32())
            entries.append(Entry(ssrc: ssrc, sequenceNumber: UInt8(try reader.readUInt32() >> 24)))
        }
    }

    func serialize(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: senderSSRC.rawValue)
        bytes.append(bigEndian: mediaSSRC.rawValue)
        for entry in entries {
            bytes.append(bigEndian: entry.ssrc.rawValue)
            bytes.append(bigEndian: UInt32(entry.sequenceNumber) << 24)
        }
    }
}
