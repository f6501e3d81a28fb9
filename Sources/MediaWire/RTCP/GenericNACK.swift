/// Asks for packets again (RFC 4585 §6.2.1).
public struct GenericNACK: Sendable, Hashable {
    /// More than any receiver waits for at a time; a packet of 1500 bytes could name six times as many.
    public static let maximumLost = 1024

    /// Who asks.
    public var senderSSRC: SSRC
    /// The stream the packets are of.
    public var mediaSSRC: SSRC
    /// The packets, best in ascending order: neighbours share a field.
    public var lost: [SequenceNumber]

    /// A request for these packets.
    public init(senderSSRC: SSRC, mediaSSRC: SSRC, lost: [SequenceNumber]) {
        self.senderSSRC = senderSSRC
        self.mediaSSRC = mediaSSRC
        self.lost = lost
    }

    init(parsing reader: inout ByteReader) throws(WireError) {
        senderSSRC = SSRC(rawValue: try reader.readUInt32())
        mediaSSRC = SSRC(rawValue: try reader.readUInt32())
        lost = []
        while !reader.isAtEnd {
            let first = SequenceNumber(rawValue: try reader.readUInt16())
            let following = try reader.readUInt16()
            lost.append(first)
            for bit in 0..<16 where following >> UInt16(bit) & 1 == 1 { lost.append(first &+ (bit + 1)) }
            guard lost.count <= Self.maximumLost else {
                throw .tooLarge(structure: "RTCP NACK", limit: Self.maximumLost)
            }
        }
    }

    func serialize(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: senderSSRC.rawValue)
        bytes.append(bigEndian: mediaSSRC.rawValue)
        var index = 0
        while index < lost.count {
            let first = lost[index]
            var following: UInt16 = 0
            index += 1
            while index < lost.count, case let distance = first.distance(to: lost[index]), (0...16).contains(distance) {
                if distance > 0 { following |= 1 << UInt16(distance - 1) }
                index += 1
            }
            bytes.append(bigEndian: first.rawValue)
            bytes.append(bigEndian: following)
        }
    }
}
