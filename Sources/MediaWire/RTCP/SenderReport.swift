/// A sender's report on its stream (RFC 3550 §6.4.1): how its RTP clock stands to wall clock time.
public struct SenderReport: Sendable, Hashable {
    /// The stream.
    public var ssrc: SSRC
    /// When the report was sent.
    public var ntp: WallClock
    /// The same moment on the stream's RTP clock.
    public var rtpTimestamp: UInt32
    /// Packets sent since the beginning.
    public var packetCount: UInt32
    /// Bytes of payload sent since the beginning.
    public var octetCount: UInt32
    /// Reports on streams the sender receives, at most 31.
    public var reports: [ReceptionReport]

    /// A report with these fields.
    public init(
        ssrc: SSRC,
        ntp: WallClock,
        rtpTimestamp: UInt32,
        packetCount: UInt32,
        octetCount: UInt32,
        reports: [ReceptionReport] = []
    ) {
        self.ssrc = ssrc
        self.ntp = ntp
        self.rtpTimestamp = rtpTimestamp
        self.packetCount = packetCount
        self.octetCount = octetCount
        self.reports = reports
    }

    init(parsing reader: inout ByteReader, count: Int) throws(WireError) {
        ssrc = SSRC(rawValue: try reader.readUInt32())
        ntp = WallClock(ntp: try reader.readUInt64())
        rtpTimestamp = try reader.readUInt32()
        packetCount = try reader.readUInt32()
        octetCount = try reader.readUInt32()
        reports = try ReceptionReport.parseList(&reader, count: count)
    }

    func serialize(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: ssrc.rawValue)
        bytes.append(bigEndian: ntp.ntp)
        bytes.append(bigEndian: rtpTimestamp)
        bytes.append(bigEndian: packetCount)
        bytes.append(bigEndian: octetCount)
        for report in reports { report.serialize(into: &bytes) }
    }
}
