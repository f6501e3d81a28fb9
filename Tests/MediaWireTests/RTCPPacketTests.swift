import MediaWire
import Testing

@Suite struct RTCPPacketTests {
    private static let report = ReceptionReport(
        ssrc: 7,
        fractionLost: 64,
        cumulativeLost: -2,
        highestSequence: 0x0001_0002,
        jitter: 3,
        lastSenderReport: 4,
        delaySinceLastSenderReport: 5
    )
    private static let reportBytes: [UInt8] = [
        0, 0, 0, 7, 64, 0xFF, 0xFF, 0xFE, 0, 1, 0, 2, 0, 0, 0, 3, 0, 0, 0, 4, 0, 0, 0, 5,
    ]

    /// A packet and its bytes.
    struct Example: Sendable {
        var name: String
        var packet: RTCPPacket
        var bytes: [UInt8]
    }

    static let examples: [Example] = [
        Example(
            name: "sender report",
            packet: .senderReport(
                SenderReport(
                    ssrc: 1,
                    ntp: WallClock(ntp: 0x0102_0304_0506_0708),
                    rtpTimestamp: 9,
                    packetCount: 10,
                    octetCount: 11,
                    reports: [report]
                )
            ),
            bytes: [0x81, 200, 0, 12, 0, 0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 0, 0, 0, 9, 0, 0, 0, 10, 0, 0, 0, 11]
                + reportBytes
        ),
        Example(
            name: "receiver report",
            packet: .receiverReport(ReceiverReport(ssrc: 1, reports: [report])),
            bytes: [0x81, 201, 0, 7, 0, 0, 0, 1] + reportBytes
        ),
        Example(
            name: "canonical name that needs four bytes to end",
            packet: .sourceDescription(SourceDescription(ssrc: 1, canonicalName: "ab")),
            bytes: [0x81, 202, 0, 3, 0, 0, 0, 1, 1, 2, 0x61, 0x62, 0, 0, 0, 0]
        ),
        Example(
            name: "canonical name that needs one byte to end",
            packet: .sourceDescription(SourceDescription(ssrc: 1, canonicalName: "a")),
            bytes: [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 1, 0x61, 0]
        ),
        Example(
            name: "goodbye with a reason",
            packet: .bye(Goodbye(sources: [1, 2], reason: "gone")),
            bytes: [0x82, 203, 0, 4, 0, 0, 0, 1, 0, 0, 0, 2, 4, 0x67, 0x6F, 0x6E, 0x65, 0, 0, 0]
        ),
        Example(
            name: "goodbye without one",
            packet: .bye(Goodbye(sources: [1])),
            bytes: [0x81, 203, 0, 1, 0, 0, 0, 1]
        ),
        Example(
            name: "picture loss",
            packet: .pictureLossIndication(sender: 1, media: 2),
            bytes: [0x81, 206, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2]
        ),
        Example(
            name: "full intra request",
            packet: .fullIntraRequest(
                FullIntraRequest(senderSSRC: 1, entries: [FullIntraRequest.Entry(ssrc: 3, sequenceNumber: 9)])
            ),
            bytes: [0x84, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3, 9, 0, 0, 0]
        ),
        Example(
            name: "negative acknowledgement across a wrap",
            packet: .nack(GenericNACK(senderSSRC: 1, mediaSSRC: 2, lost: [65_534, 65_535, 14, 15, 100])),
            bytes: [0x81, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0xFF, 0xFE, 0x80, 0x01, 0, 15, 0, 0, 0, 100, 0, 0]
        ),
        Example(
            name: "transport feedback",
            packet: .transportFeedback(
                TransportFeedback(
                    senderSSRC: 1,
                    mediaSSRC: 2,
                    baseSequence: 1,
                    referenceTime: 2,
                    feedbackCount: 5,
                    statuses: [.received(delta: 10), .notReceived, .received(delta: 300)]
                )
            ),
            bytes: [
                0xAF, 205, 0, 6, 0, 0, 0, 1, 0, 0, 0, 2, 0, 1, 0, 3, 0, 0, 2, 5, 0xD2, 0, 10, 1, 0x2C, 0, 0, 3,
            ]
        ),
        Example(
            name: "bandwidth estimate",
            packet: .remb(REMB(senderSSRC: 1, bitsPerSecond: 0x3FFFF << 3, sources: [2, 3])),
            bytes: [
                0x8F, 206, 0, 6, 0, 0, 0, 1, 0, 0, 0, 0, 0x52, 0x45, 0x4D, 0x42, 2, 0x0F, 0xFF, 0xFF, 0, 0, 0, 2, 0, 0,
                0,
                3,
            ]
        ),
        Example(
            name: "extended report",
            packet: .extendedReport(
                ExtendedReport(
                    ssrc: 1,
                    blocks: [
                        .receiverReferenceTime(WallClock(ntp: 0x0102_0304_0506_0708)),
                        .delaySinceLastReceiverReport([
                            ExtendedReport.Delay(ssrc: 2, lastReceiverReport: 3, delay: 4)
                        ]),
                        .unknown(type: 42, specific: 1, body: [1, 2, 3, 4]),
                    ]
                )
            ),
            bytes: [
                0x80, 207, 0, 10, 0, 0, 0, 1, 4, 0, 0, 2, 1, 2, 3, 4, 5, 6, 7, 8, 5, 0, 0, 3, 0, 0, 0, 2, 0, 0, 0, 3, 0,
                0,
                0, 4, 42, 1, 0, 1, 1, 2, 3, 4,
            ]
        ),
        Example(
            name: "application-defined",
            packet: .unknown(type: 204, count: 3, body: [0, 0, 0, 1, 0x41, 0x42, 0x43, 0x44]),
            bytes: [0x83, 204, 0, 2, 0, 0, 0, 1, 0x41, 0x42, 0x43, 0x44]
        ),
        Example(
            name: "application layer feedback that is no estimate",
            packet: .unknown(type: 206, count: 15, body: [0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]),
            bytes: [0x8F, 206, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 1, 2, 3, 4]
        ),
    ]

    @Test(arguments: examples)
    func `packets are written and read`(example: Example) throws {
        #expect(example.packet.serialized() == example.bytes)
        #expect(try RTCPPacket.parseCompound(example.bytes) == [example.packet])
    }

    @Test func `a compound keeps the order of its packets`() throws {
        let packets = Self.examples.map(\.packet)
        #expect(try RTCPPacket.parseCompound(RTCPPacket.serialize(packets)) == packets)
    }

    @Test func `padding is no part of a packet`() throws {
        let bytes: [UInt8] = [0xA1, 203, 0, 2, 0, 0, 0, 1, 0, 0, 0, 4]
        #expect(try RTCPPacket.parseCompound(bytes) == [.bye(Goodbye(sources: [1]))])
    }

    @Test(
        arguments: [
            ("nothing", []), ("cut header", [0x80, 200, 0]), ("version 1", [0x41, 203, 0, 1, 0, 0, 0, 1]),
            ("length past the end", [0x81, 203, 0, 2, 0, 0, 0, 1]), ("report cut off", [0x81, 201, 0, 1, 0, 0, 0, 1]),
            ("padding of zero", [0xA1, 203, 0, 1, 0, 0, 0, 0]), ("padding beyond", [0xA1, 203, 0, 1, 0, 0, 0, 5]),
            ("padding of an empty packet", [0xA0, 203, 0, 0]),
            ("item past the end", [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 9, 0, 0]),
            ("item list without an end", [0x81, 202, 0, 2, 0, 0, 0, 1, 1, 2, 65, 65]),
            ("reason past the end", [0x80, 203, 0, 1, 9, 65, 65, 65]),
            ("odd request", [0x84, 206, 0, 3, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 3]),
            (
                "estimate without its streams",
                [0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0x52, 0x45, 0x4D, 0x42, 1, 0, 0, 0]
            ),
            ("block past the end", [0x80, 207, 0, 2, 0, 0, 0, 1, 4, 0, 0, 2]),
            ("reserved feedback symbol", feedback(count: 1, [0x60, 0x01, 0, 0])),
            ("empty run", feedback(count: 1, [0x20, 0x00, 0, 0])),
            ("deltas missing", feedback(count: 9, [0x20, 0x09, 0, 0])),
            ("chunks missing", feedback(count: 9, [])),
            ("too many statuses", feedback(count: 0xFFFF, [UInt8](repeating: 0x1F, count: 20))),
            ("too many lost", [0x81, 205, 0, 102, 0, 0, 0, 1, 0, 0, 0, 2] + [UInt8](repeating: 0xFF, count: 400)),
        ] as [(String, [UInt8])]
    )
    func `malformed packets are refused`(name: String, bytes: [UInt8]) {
        #expect(throws: WireError.self) { try RTCPPacket.parseCompound(bytes) }
    }

    private static func feedback(count: UInt16, _ rest: [UInt8]) -> [UInt8] {
        let words = UInt8(4 + rest.count / 4)
        return [0x8F, 205, 0, words, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, UInt8(count >> 8), UInt8(count & 255), 0, 0, 0, 0]
            + rest
    }

    @Test(arguments: [0, 1, 0x3FFFF, 0x40000, 0x7FFFF, 1_000_000_007, .max] as [UInt64])
    func `an estimate keeps its first eighteen bits`(bitsPerSecond: UInt64) throws {
        let packet = RTCPPacket.remb(REMB(senderSSRC: 1, bitsPerSecond: bitsPerSecond, sources: []))
        guard case .remb(let read) = try RTCPPacket.parseCompound(packet.serialized())[0] else {
            Issue.record("not an estimate")
            return
        }
        #expect(read.bitsPerSecond <= bitsPerSecond)
        #expect(Double(read.bitsPerSecond) >= Double(bitsPerSecond) * (1 - 1.0 / 131_072))
    }

    @Test func `an estimate beyond 64 bits is no limit`() throws {
        let bytes: [UInt8] = [
            0x8F, 206, 0, 4, 0, 0, 0, 1, 0, 0, 0, 0, 0x52, 0x45, 0x4D, 0x42, 0, 0xFF, 0xFF, 0xFF,
        ]
        #expect(
            try RTCPPacket.parseCompound(bytes) == [.remb(REMB(senderSSRC: 1, bitsPerSecond: .max, sources: []))]
        )
    }

    @Test func `cumulative loss is clamped to 24 bits`() throws {
        var report = Self.report
        for (lost, written) in [(Int32.max, Int32(0x7F_FFFF)), (.min, -0x80_0000), (-1, -1), (5, 5)] {
            report.cumulativeLost = lost
            let bytes = RTCPPacket.receiverReport(ReceiverReport(ssrc: 1, reports: [report])).serialized()
            report.cumulativeLost = written
            let expected = RTCPPacket.receiverReport(ReceiverReport(ssrc: 1, reports: [report]))
            #expect(try RTCPPacket.parseCompound(bytes) == [expected])
        }
    }
}
