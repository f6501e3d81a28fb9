extension RTCPPacket {
    /// Types of packets (RFC 3550 §12.1, RFC 4585 §6.1, RFC 3611 §2).
    private enum PacketType {
        static let senderReport: UInt8 = 200
        static let receiverReport: UInt8 = 201
        static let sourceDescription: UInt8 = 202
        static let goodbye: UInt8 = 203
        static let transportLayerFeedback: UInt8 = 205
        static let payloadSpecificFeedback: UInt8 = 206
        static let extendedReport: UInt8 = 207
    }

    /// Formats of the two kinds of feedback (RFC 4585 §6.2, §6.3; RFC 5104 §4.2, §4.3).
    private enum Format {
        static let genericNACK: UInt8 = 1
        static let transportWide: UInt8 = 15
        static let pictureLossIndication: UInt8 = 1
        static let fullIntraRequest: UInt8 = 4
        static let applicationLayer: UInt8 = 15
    }

    /// Reads all packets of one datagram, decrypted; reduced-size RTCP (RFC 5506) is accepted.
    ///
    /// Fails as a whole if any packet is malformed. Types that are not known come out as ``unknown(type:count:body:)``.
    public static func parseCompound(_ bytes: [UInt8]) throws(WireError) -> [RTCPPacket] {
        var reader = ByteReader(bytes, structure: "RTCP packet")
        guard !reader.isAtEnd else { throw reader.malformed("it is empty") }
        var packets: [RTCPPacket] = []
        while !reader.isAtEnd {
            guard packets.count < maximumPackets else {
                throw .tooLarge(structure: "RTCP compound", limit: maximumPackets)
            }
            let first = try reader.readUInt8()
            guard first >> 6 == 2 else { throw reader.malformed("version is \(first >> 6), not 2") }
            let type = try reader.readUInt8()
            var packet = try reader.readPart(4 * Int(reader.readUInt16()), structure: "RTCP packet")
            let padding = first & 0x20 == 0 ? 0 : try Self.padding(packet, bytes)
            var body = try packet.readPart(packet.remaining - padding, structure: "RTCP packet")
            packets.append(try RTCPPacket(parsing: &body, type: type, count: first & 0x1F))
        }
        return packets
    }

    /// The count in the last byte of a padded packet, which counts itself.
    private static func padding(_ packet: ByteReader, _ bytes: [UInt8]) throws(WireError) -> Int {
        guard packet.remaining > 0 else { throw packet.malformed("padding of an empty packet") }
        let count = Int(bytes[packet.position + packet.remaining - 1])
        guard (1...packet.remaining).contains(count) else { throw packet.malformed("padding of \(count) bytes") }
        return count
    }

    private init(parsing body: inout ByteReader, type: UInt8, count: UInt8) throws(WireError) {
        switch type {
        case PacketType.senderReport: self = .senderReport(try SenderReport(parsing: &body, count: Int(count)))
        case PacketType.receiverReport: self = .receiverReport(try ReceiverReport(parsing: &body, count: Int(count)))
        case PacketType.sourceDescription:
            self = .sourceDescription(try SourceDescription(parsing: &body, count: Int(count)))
        case PacketType.goodbye: self = .bye(try Goodbye(parsing: &body, count: Int(count)))
        case PacketType.extendedReport: self = .extendedReport(try ExtendedReport(parsing: &body))
        case PacketType.transportLayerFeedback where count == Format.genericNACK:
            self = .nack(try GenericNACK(parsing: &body))
        case PacketType.transportLayerFeedback where count == Format.transportWide:
            self = .transportFeedback(try TransportFeedback(parsing: &body))
        case PacketType.payloadSpecificFeedback where count == Format.pictureLossIndication:
            self = .pictureLossIndication(
                sender: SSRC(rawValue: try body.readUInt32()),
                media: SSRC(rawValue: try body.readUInt32())
            )
        case PacketType.payloadSpecificFeedback where count == Format.fullIntraRequest:
            self = .fullIntraRequest(try FullIntraRequest(parsing: &body))
        case PacketType.payloadSpecificFeedback where count == Format.applicationLayer && Self.isREMB(body):
            self = .remb(try REMB(parsing: &body))
        default: self = .unknown(type: type, count: count, body: body.readRest())
        }
    }

    private static func isREMB(_ body: ByteReader) -> Bool {
        var body = body
        do throws(WireError) {
            try body.skip(8)
            return try body.readUInt32() == REMB.identifier
        } catch {
            return false
        }
    }

    /// The bytes of a compound of `packets`, unencrypted.
    public static func serialize(_ packets: [RTCPPacket]) -> [UInt8] {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(packets.count * 64)
        for packet in packets { packet.serialize(into: &bytes) }
        return bytes
    }

    /// This packet's bytes as a compound of its own, unencrypted.
    public func serialized() -> [UInt8] {
        Self.serialize([self])
    }

    private func serialize(into bytes: inout [UInt8]) {
        let (type, count) = header
        precondition(count <= Self.maximumReports, "an RTCP packet holds at most 31 reports or sources")
        let start = bytes.count
        bytes.append(0x80 | UInt8(count))
        bytes.append(type)
        bytes.append(bigEndian: 0 as UInt16)
        serializeBody(into: &bytes)
        let padding = (4 - (bytes.count - start) % 4) % 4
        if padding > 0 {
            for _ in 1..<padding { bytes.append(0) }
            bytes.append(UInt8(padding))
            bytes[start] |= 0x20
        }
        let words = (bytes.count - start) / 4 - 1
        precondition(words <= 0xFFFF, "an RTCP packet's length has 16 bits")
        bytes[start + 2] = UInt8(words >> 8)
        bytes[start + 3] = UInt8(words & 0xFF)
    }

    /// The packet's type and its count or format.
    private var header: (type: UInt8, count: Int) {
        switch self {
        case .senderReport(let report): (PacketType.senderReport, report.reports.count)
        case .receiverReport(let report): (PacketType.receiverReport, report.reports.count)
        case .sourceDescription(let description): (PacketType.sourceDescription, description.chunks.count)
        case .bye(let goodbye): (PacketType.goodbye, goodbye.sources.count)
        case .extendedReport: (PacketType.extendedReport, 0)
        case .nack: (PacketType.transportLayerFeedback, Int(Format.genericNACK))
        case .transportFeedback: (PacketType.transportLayerFeedback, Int(Format.transportWide))
        case .pictureLossIndication: (PacketType.payloadSpecificFeedback, Int(Format.pictureLossIndication))
        case .fullIntraRequest: (PacketType.payloadSpecificFeedback, Int(Format.fullIntraRequest))
        case .remb: (PacketType.payloadSpecificFeedback, Int(Format.applicationLayer))
        case .unknown(let type, let count, _): (type, Int(count))
        }
    }

    private func serializeBody(into bytes: inout [UInt8]) {
        switch self {
        case .senderReport(let report): report.serialize(into: &bytes)
        case .receiverReport(let report): report.serialize(into: &bytes)
        case .sourceDescription(let description): description.serialize(into: &bytes)
        case .bye(let goodbye): goodbye.serialize(into: &bytes)
        case .extendedReport(let report): report.serialize(into: &bytes)
        case .nack(let nack): nack.serialize(into: &bytes)
        case .transportFeedback(let feedback): feedback.serialize(into: &bytes)
        case .fullIntraRequest(let request): request.serialize(into: &bytes)
        case .remb(let estimate): estimate.serialize(into: &bytes)
        case .pictureLossIndication(let sender, let media):
            bytes.append(bigEndian: sender.rawValue)
            bytes.append(bigEndian: media.rawValue)
        case .unknown(_, _, let body): bytes.append(contentsOf: body)
        }
    }
}
