import MediaWire
import Testing

@Suite struct RTPPacketTests {
    /// Payload type 96 with a marker, sequence 0x1234, timestamp 0x01020304, source 0xAABBCCDD.
    private static let header: [UInt8] = [0x80, 0xE0, 0x12, 0x34, 1, 2, 3, 4, 0xAA, 0xBB, 0xCC, 0xDD]

    private static func withFirstByte(_ byte: UInt8, _ rest: [UInt8]) -> [UInt8] {
        [byte] + header.dropFirst() + rest
    }

    @Test func `the fixed header is read`() throws {
        let packet = try RTPPacket(parsing: Self.header + [9, 8, 7])
        #expect(packet.marker && packet.payloadType == 96)
        #expect(packet.sequenceNumber == 0x1234)
        #expect(packet.timestamp == 0x0102_0304)
        #expect(packet.ssrc == 0xAABB_CCDD)
        #expect(packet.payload == [9, 8, 7])
        #expect(packet.csrcs.isEmpty && packet.extensions.isEmpty && packet.paddingLength == 0)
        let view = try #require(RTPHeaderView(Self.header))
        #expect(view.marker && view.payloadType == 96 && view.sequenceNumber == 0x1234)
        #expect(view.timestamp == 0x0102_0304 && view.ssrc == 0xAABB_CCDD)
    }

    /// Bytes on the wire and what is in them.
    struct Example: Sendable {
        var name: String
        var bytes: [UInt8]
        var extensions: [UInt8: [UInt8]] = [:]
        var csrcs: [UInt32] = []
        var payload: [UInt8] = []
        var padding: UInt8 = 0
    }

    @Test(arguments: [
        Example(name: "empty payload", bytes: header),
        Example(name: "padding", bytes: withFirstByte(0xA0, [5, 0, 0, 3]), payload: [5], padding: 3),
        Example(name: "padding alone", bytes: withFirstByte(0xA0, [0, 2]), padding: 2),
        Example(
            name: "two sources",
            bytes: withFirstByte(0x82, [0, 0, 0, 1, 0, 0, 0, 2, 7]),
            csrcs: [1, 2],
            payload: [7]
        ),
        Example(
            name: "one-byte extensions",
            bytes: withFirstByte(0x90, [0xBE, 0xDE, 0, 2, 0x10, 0xAA, 0x32, 1, 2, 3, 0, 0, 9]),
            extensions: [1: [0xAA], 3: [1, 2, 3]],
            payload: [9]
        ),
        Example(
            name: "two-byte extensions",
            bytes: withFirstByte(0x90, [0x10, 0, 0, 2, 200, 2, 1, 2, 5, 0, 0, 0, 9]),
            extensions: [200: [1, 2], 5: []],
            payload: [9]
        ),
        Example(
            name: "everything",
            bytes: withFirstByte(0xB1, [0, 0, 0, 9, 0xBE, 0xDE, 0, 1, 0x41, 1, 2, 0, 6, 1]),
            extensions: [4: [1, 2]],
            csrcs: [9],
            payload: [6],
            padding: 1
        ),
    ])
    func `a packet is read and written back byte for byte`(example: Example) throws {
        let packet = try RTPPacket(parsing: example.bytes)
        #expect(packet.payload == example.payload)
        #expect(packet.csrcs == example.csrcs)
        #expect(packet.paddingLength == example.padding)
        let entries = Dictionary(uniqueKeysWithValues: packet.extensions.entries.map { ($0.id, $0.value) })
        #expect(entries == example.extensions)
        #expect(packet.serialized() == example.bytes)
        #expect(packet.serializedCount == example.bytes.count)
    }

    @Test func `padding between elements and what follows identifier 15 is passed over`() throws {
        let bytes = Self.withFirstByte(0x90, [0xBE, 0xDE, 0, 2, 0, 0x10, 7, 0, 0xF0, 1, 0x20, 3])
        let extensions = try RTPPacket(parsing: bytes).extensions
        #expect(extensions.entries.map(\.id) == [1])
        #expect(extensions[1] == [7])
    }

    @Test func `extensions of another profile are passed over`() throws {
        let packet = try RTPPacket(parsing: Self.withFirstByte(0x90, [0x12, 0x34, 0, 1, 1, 2, 3, 4, 9]))
        #expect(packet.extensions.isEmpty)
        #expect(packet.payload == [9])
    }

    @Test(
        arguments: [
            ("nothing", []), ("eleven bytes", Array(header.dropLast())), ("version 1", withFirstByte(0x40, [1])),
            ("sources cut off", withFirstByte(0x81, [1, 2, 3])),
            ("extension header cut off", withFirstByte(0x90, [0xBE, 0xDE])),
            ("extensions cut off", withFirstByte(0x90, [0xBE, 0xDE, 0, 2, 0, 0, 0, 0])),
            ("element past the end", withFirstByte(0x90, [0xBE, 0xDE, 0, 1, 0x17, 1, 2, 3])),
            ("two-byte element without a length", withFirstByte(0x90, [0x10, 0, 0, 1, 0, 0, 0, 7])),
            ("two-byte element past the end", withFirstByte(0x90, [0x10, 0, 0, 1, 7, 9, 0, 0])),
            ("padding of zero", withFirstByte(0xA0, [1, 0])),
            ("padding beyond the payload", withFirstByte(0xA0, [1, 3])),
            ("padding of nothing", withFirstByte(0xA0, [])),
        ] as [(String, [UInt8])]
    )
    func `malformed packets are refused`(name: String, bytes: [UInt8]) {
        #expect(throws: WireError.self) { try RTPPacket(parsing: bytes) }
    }

    @Test func `elements are set, replaced and removed`() {
        var extensions = RTPHeaderExtensions()
        extensions[3] = [1, 2, 3]
        extensions[4] = [9]
        extensions[3] = [4, 5, 6]
        extensions[4] = [8, 8]
        #expect(extensions.entries.map(\.value) == [[4, 5, 6], [8, 8]])
        #expect(extensions.value(of: 4).map(Array.init) == [8, 8])
        extensions[3] = nil
        extensions[7] = nil
        #expect(extensions.entries.map(\.id) == [4])
        extensions.removeAll()
        #expect(extensions.isEmpty && extensions[4] == nil)
    }

    @Test(arguments: [
        (UInt8(14), 16, UInt16(0xBEDE)), (16, 1, 0x1000), (1, 17, 0x1000), (1, 0, 0x1000), (255, 255, 0x1000),
    ])
    func `the short form is used where it fits`(id: UInt8, count: Int, profile: UInt16) throws {
        var packet = RTPPacket(payloadType: 0, sequenceNumber: 0, timestamp: 0, ssrc: 0, payload: [1])
        packet.extensions[id] = [UInt8](repeating: 5, count: count)
        let bytes = packet.serialized()
        #expect(bytes.bigEndianUInt16(at: 12) == profile)
        #expect(try RTPPacket(parsing: bytes) == packet)
    }

    @Test func `RTCP is told from RTP by the second byte`() {
        #expect(RTPPacket.isRTCP([0x80, 200]) && RTPPacket.isRTCP([0x81, 192]) && RTPPacket.isRTCP([0x81, 223]))
        #expect(!RTPPacket.isRTCP([0x80, 96]) && !RTPPacket.isRTCP([0x80, 0xE0]) && !RTPPacket.isRTCP([0x80]))
        #expect(!RTPPacket.isRTCP([0x00, 200]))
        #expect(RTPHeaderView([0x80, 0, 0]) == nil)
    }

    @Test func `retransmissions carry the original number`() throws {
        let packet = RTPPacket(
            marker: true,
            payloadType: 96,
            sequenceNumber: 0x0102,
            timestamp: 3,
            ssrc: 4,
            payload: [7, 8],
            paddingLength: 4
        )
        let wrapped = RTXPacket.wrap(packet, ssrc: 5, payloadType: 97, sequenceNumber: 6)
        #expect(wrapped.payload == [1, 2, 7, 8])
        #expect(wrapped.ssrc == 5 && wrapped.payloadType == 97 && wrapped.sequenceNumber == 6 && wrapped.marker)
        var unpadded = packet
        unpadded.paddingLength = 0
        #expect(RTXPacket.unwrap(wrapped, ssrc: 4, payloadType: 96) == unpadded)
    }

    @Test func `a probe of padding alone retransmits nothing`() {
        let probe = RTPPacket(
            payloadType: 97,
            sequenceNumber: 1,
            timestamp: 0,
            ssrc: 5,
            payload: [],
            paddingLength: 255
        )
        #expect(RTXPacket.unwrap(probe, ssrc: 4, payloadType: 96) == nil)
    }
}
