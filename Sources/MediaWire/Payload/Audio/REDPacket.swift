/// A payload of redundant audio (RFC 2198): the newest packet behind copies of those before it.
public struct REDPacket: Sendable, Hashable {
    /// A copy of an earlier packet.
    public struct Block: Sendable, Hashable {
        /// Its payload type.
        public var payloadType: UInt8
        /// How much earlier its timestamp is, 14 bits.
        public var timestampOffset: UInt16
        /// Its payload, at most 1023 bytes.
        public var payload: [UInt8]

        /// A copy of a packet that was `timestampOffset` ticks earlier.
        public init(payloadType: UInt8, timestampOffset: UInt16, payload: [UInt8]) {
            self.payloadType = payloadType
            self.timestampOffset = timestampOffset
            self.payload = payload
        }

        /// Whether a packet this long, this much earlier, fits the fields.
        public static func fits(payload: [UInt8], timestampOffset: UInt32) -> Bool {
            payload.count < 1 << 10 && timestampOffset < 1 << 14
        }
    }

    /// Copies in one payload; senders use one to nine.
    public static let maximumRedundantBlocks = 32

    /// The copies, oldest first.
    public var redundant: [Block]
    /// The newest packet's payload type.
    public var primaryPayloadType: UInt8
    /// The newest packet's payload.
    public var primary: [UInt8]

    /// A payload of these parts.
    public init(redundant: [Block] = [], primaryPayloadType: UInt8, primary: [UInt8]) {
        self.redundant = redundant
        self.primaryPayloadType = primaryPayloadType
        self.primary = primary
    }

    /// Reads a payload.
    public init(parsing payload: [UInt8]) throws(WireError) {
        var reader = ByteReader(payload, structure: "RED payload")
        var headers: [(type: UInt8, offset: UInt16, length: Int)] = []
        while true {
            let first = try reader.readUInt8()
            guard first & 0x80 != 0 else {
                primaryPayloadType = first
                break
            }
            guard headers.count < Self.maximumRedundantBlocks else {
                throw .tooLarge(structure: "RED payload", limit: Self.maximumRedundantBlocks)
            }
            let fields = try reader.readUInt24()
            headers.append((first & 0x7F, UInt16(fields >> 10), Int(fields & 0x3FF)))
        }
        redundant = []
        for header in headers {
            redundant.append(
                Block(
                    payloadType: header.type,
                    timestampOffset: header.offset,
                    payload: try reader.readBytes(header.length)
                )
            )
        }
        primary = reader.readRest()
    }

    /// The payload's bytes.
    public func serialized() -> [UInt8] {
        precondition(redundant.count <= Self.maximumRedundantBlocks, "too many copies in one payload")
        var bytes: [UInt8] = []
        bytes.reserveCapacity(1 + redundant.reduce(primary.count) { $0 + 4 + $1.payload.count })
        for block in redundant {
            precondition(
                Block.fits(payload: block.payload, timestampOffset: UInt32(block.timestampOffset)),
                "a copy has at most 1023 bytes and is at most 16383 ticks early"
            )
            bytes.append(0x80 | block.payloadType)
            bytes.append(bigEndian24: UInt32(block.timestampOffset) << 10 | UInt32(block.payload.count))
        }
        bytes.append(primaryPayloadType & 0x7F)
        for block in redundant { bytes.append(contentsOf: block.payload) }
        bytes.append(contentsOf: primary)
        return bytes
    }
}
