/// A report of one that receives streams (RFC 3550 §6.4.2).
public struct ReceiverReport: Sendable, Hashable {
    /// Who reports.
    public var ssrc: SSRC
    /// A report for each stream received, at most 31.
    public var reports: [ReceptionReport]

    /// A report with these fields.
    public init(ssrc: SSRC, reports: [ReceptionReport]) {
        self.ssrc = ssrc
        self.reports = reports
    }

    init(parsing reader: inout ByteReader, count: Int) throws(WireError) {
        ssrc = SSRC(rawValue: try reader.readUInt32())
        reports = try ReceptionReport.parseList(&reader, count: count)
    }

    func serialize(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: ssrc.rawValue)
        for report in reports { report.serialize(into: &bytes) }
    }
}
