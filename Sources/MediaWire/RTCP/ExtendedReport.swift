/// Extended reports (RFC 3611), of which receivers use two to measure round trips.
public struct ExtendedReport: Sendable, Hashable {
    /// One report block.
    public enum Block: Sendable, Hashable {
        /// Receiver reference time (RFC 3611 §4.4): the receiver's clock, to be echoed.
        case receiverReferenceTime(WallClock)
        /// Delay since the last receiver reference time, for each receiver (RFC 3611 §4.5).
        case delaySinceLastReceiverReport([Delay])
        /// Any other block, by its type, its type-specific byte and its contents.
        case unknown(type: UInt8, specific: UInt8, body: [UInt8])
    }

    /// The echo of one receiver's reference time.
    public struct Delay: Sendable, Hashable {
        /// The receiver.
        public var ssrc: SSRC
        /// The middle 32 bits of its last reference time.
        public var lastReceiverReport: UInt32
        /// The time since it arrived, in 1/65536 s.
        public var delay: UInt32

        /// An echo to `ssrc`.
        public init(ssrc: SSRC, lastReceiverReport: UInt32, delay: UInt32) {
            self.ssrc = ssrc
            self.lastReceiverReport = lastReceiverReport
            self.delay = delay
        }
    }

    /// Who reports.
    public var ssrc: SSRC
    /// The blocks in order.
    public var blocks: [Block]

    /// A report with these blocks.
    public init(ssrc: SSRC, blocks: [Block]) {
        self.ssrc = ssrc
        self.blocks = blocks
    }

    init(parsing reader: inout ByteReader) throws(WireError) {
        ssrc = SSRC(rawValue: try reader.readUInt32())
        blocks = []
        while !reader.isAtEnd { blocks.append(try Block(parsing: &reader)) }
    }

    func serialize(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: ssrc.rawValue)
        for block in blocks { block.serialize(into: &bytes) }
    }
}

extension ExtendedReport.Block {
    fileprivate init(parsing reader: inout ByteReader) throws(WireError) {
        let type = try reader.readUInt8()
        let specific = try reader.readUInt8()
        let length = 4 * Int(try reader.readUInt16())
        var body = try reader.readPart(length, structure: "RTCP extended report block")
        switch type {
        case 4: self = .receiverReferenceTime(WallClock(ntp: try body.readUInt64()))
        case 5:
            var delays: [ExtendedReport.Delay] = []
            while !body.isAtEnd {
                delays.append(
                    ExtendedReport.Delay(
                        ssrc: SSRC(rawValue: try body.readUInt32()),
                        lastReceiverReport: try body.readUInt32(),
                        delay: try body.readUInt32()
                    )
                )
            }
            self = .delaySinceLastReceiverReport(delays)
        default: self = .unknown(type: type, specific: specific, body: body.readRest())
        }
    }

    fileprivate func serialize(into bytes: inout [UInt8]) {
        switch self {
        case .receiverReferenceTime(let time):
            bytes.append(bigEndian: 0x0400_0002 as UInt32)
            bytes.append(bigEndian: time.ntp)
        case .delaySinceLastReceiverReport(let delays):
            bytes.append(bigEndian: 0x0500 as UInt16)
            bytes.append(bigEndian: UInt16(3 * delays.count))
            for delay in delays {
                bytes.append(bigEndian: delay.ssrc.rawValue)
                bytes.append(bigEndian: delay.lastReceiverReport)
                bytes.append(bigEndian: delay.delay)
            }
        case .unknown(let type, let specific, let body):
            precondition(body.count % 4 == 0, "an extended report block has whole words")
            bytes.append(type)
            bytes.append(specific)
            bytes.append(bigEndian: UInt16(body.count / 4))
            bytes.append(contentsOf: body)
        }
    }
}
