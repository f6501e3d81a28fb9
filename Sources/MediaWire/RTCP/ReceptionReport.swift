/// What a receiver tells the sender of one stream about its reception (RFC 3550 §6.4.1).
public struct ReceptionReport: Sendable, Hashable {
    /// The stream reported on.
    public var ssrc: SSRC
    /// The fraction lost since the previous report, in 1/256.
    public var fractionLost: UInt8
    /// Packets lost since the beginning; negative when duplicates outnumber losses.
    ///
    /// It has 24 bits, and is clamped to them when written.
    public var cumulativeLost: Int32
    /// The highest sequence number received, with the count of its wraps above it.
    public var highestSequence: UInt32
    /// Interarrival jitter in ticks of the stream's clock.
    public var jitter: UInt32
    /// The middle 32 bits of the NTP time of the last sender report, 0 for none.
    public var lastSenderReport: UInt32
    /// The time since that report arrived, in 1/65536 s.
    public var delaySinceLastSenderReport: UInt32

    static let length = 24

    /// A report with these fields.
    public init(
        ssrc: SSRC,
        fractionLost: UInt8,
        cumulativeLost: Int32,
        highestSequence: UInt32,
        jitter: UInt32,
        lastSenderReport: UInt32,
        delaySinceLastSenderReport: UInt32
    ) {
        self.ssrc = ssrc
        self.fractionLost = fractionLost
        self.cumulativeLost = cumulativeLost
        self.highestSequence = highestSequence
        self.jitter = jitter
        self.lastSenderReport = lastSenderReport
        self.delaySinceLastSenderReport = delaySinceLastSenderReport
    }

    init(parsing reader: inout ByteReader) throws(WireError) {
        ssrc = SSRC(rawValue: try reader.readUInt32())
        fractionLost = try reader.readUInt8()
        cumulativeLost = Int32(bitPattern: try reader.readUInt24() << 8) >> 8
        highestSequence = try reader.readUInt32()
        jitter = try reader.readUInt32()
        lastSenderReport = try reader.readUInt32()
        delaySinceLastSenderReport = try reader.readUInt32()
    }

    static func parseList(_ reader: inout ByteReader, count: Int) throws(WireError) -> [ReceptionReport] {
        try reader.require(count * length)
        var reports: [ReceptionReport] = []
        for _ in 0..<count { reports.append(try ReceptionReport(parsing: &reader)) }
        return reports
    }

    func serialize(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: ssrc.rawValue)
        bytes.append(fractionLost)
        bytes.append(bigEndian24: UInt32(bitPattern: min(max(cumulativeLost, -0x80_0000), 0x7F_FFFF)))
        bytes.append(bigEndian: highestSequence)
        bytes.append(bigEndian: jitter)
        bytes.append(bigEndian: lastSenderReport)
        bytes.append(bigEndian: delaySinceLastSenderReport)
    }
}
