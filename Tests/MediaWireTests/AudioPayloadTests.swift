import MediaWire
import Testing

@Suite struct AudioPayloadTests {
    @Test(
        arguments: [
            ([0x00], 480), ([0x18], 2_880), ([0x19], 5_760), ([0x60], 480), ([0x68], 960), ([0x80], 120), ([0x98], 960),
            ([0xFC], 960), ([0xFD], 1_920), ([0xFE], 1_920), ([0xFF, 0x03], 2_880), ([0xFF, 0xC6], 5_760),
            ([0xFF, 0x07], nil), ([0xFF, 0x00], nil), ([0xFF], nil), ([], nil),
        ] as [([UInt8], Int?)]
    )
    func `the first bytes of an Opus packet say how long it is`(packet: [UInt8], samples: Int?) {
        #expect(OpusPacket.samples(packet) == samples)
        #expect(OpusPacket.duration(packet) == samples.map { .microseconds($0 * 1_000_000 / 48_000) })
    }

    @Test func `an Opus packet says whether it is stereo`() {
        #expect(OpusPacket.isStereo([0xFC] as [UInt8]) && !OpusPacket.isStereo([0xF8] as [UInt8]))
        #expect(!OpusPacket.isStereo([] as [UInt8]))
    }

    private static let red = REDPacket(
        redundant: [
            REDPacket.Block(payloadType: 111, timestampOffset: 1_920, payload: [1, 2]),
            REDPacket.Block(payloadType: 111, timestampOffset: 960, payload: [3]),
        ],
        primaryPayloadType: 111,
        primary: [4, 5, 6]
    )

    @Test func `redundant audio is read and written`() throws {
        let bytes: [UInt8] = [0xEF, 0x1E, 0x00, 0x02, 0xEF, 0x0F, 0x00, 0x01, 0x6F, 1, 2, 3, 4, 5, 6]
        #expect(Self.red.serialized() == bytes)
        #expect(try REDPacket(parsing: bytes) == Self.red)
        #expect(try REDPacket(parsing: [0x6F]).primary.isEmpty)
    }

    @Test(
        arguments: [
            [], [0xEF], [0xEF, 0, 0, 1], [0xEF, 0, 0, 2, 0x6F, 1], [UInt8](repeating: 0x80, count: 200),
        ] as [[UInt8]]
    )
    func `malformed redundant audio is refused`(bytes: [UInt8]) {
        #expect(throws: WireError.self) { try REDPacket(parsing: bytes) }
    }

    private static func packet(_ sequence: Int, copies: Int) -> RTPPacket {
        let redundant = (1...max(copies, 1)).prefix(copies).reversed().map {
            REDPacket.Block(payloadType: 111, timestampOffset: UInt16(960 * $0), payload: [UInt8(sequence - $0)])
        }
        return RTPPacket(
            payloadType: 63,
            sequenceNumber: SequenceNumber(rawValue: UInt16(sequence)),
            timestamp: UInt32(960 * sequence),
            ssrc: 1,
            payload: REDPacket(redundant: redundant, primaryPayloadType: 111, primary: [UInt8(sequence)]).serialized()
        )
    }

    @Test(
        arguments: [
            ("no loss", [10, 11, 12], 2, [10, 11, 12], [true, true, true]),
            ("one lost", [10, 12, 13], 2, [10, 11, 12, 13], [true, true, true, true]),
            ("two lost", [10, 13], 2, [10, 11, 12, 13], [true, true, true, true]),
            ("three lost", [10, 14, 15], 2, [10, 12, 13, 14, 15], [true, false, true, true, true]),
            ("one lost without copies", [10, 12], 0, [10, 12], [true, false]),
            ("late and double", [10, 11, 11, 10, 12], 2, [10, 11, 12], [true, true, true]),
        ] as [(String, [Int], Int, [Int], [Bool])]
    )
    func `copies make up for lost packets`(
        name: String,
        arriving: [Int],
        copies: Int,
        frames: [Int],
        intact: [Bool]
    ) {
        var assembler = FrameAssembler(codec: .red)
        let assembled = arriving.flatMap {
            assembler.push(Self.packet($0, copies: copies), extendedSequence: Int64($0))
        }
        #expect(assembled.map { Int($0.data[0]) } == frames)
        #expect(assembled.map { Int($0.rtpTimestamp) } == frames.map { 960 * $0 })
        #expect(assembled.map { Int($0.firstSequence) } == frames)
        #expect(assembled.map(\.isIntact) == intact)
    }

    @Test func `packets of plain audio are frames`() {
        var assembler = FrameAssembler(codec: .opus)
        var packet = RTPPacket(payloadType: 111, sequenceNumber: 1, timestamp: 5, ssrc: 1, payload: [1])
        #expect(assembler.push(packet, extendedSequence: 1).map(\.isIntact) == [true])
        #expect(assembler.push(packet, extendedSequence: 3).map(\.isIntact) == [false])
        packet.payload = []
        #expect(assembler.push(packet, extendedSequence: 4).isEmpty)
        packet.payload = [2]
        #expect(assembler.push(packet, extendedSequence: 5).map(\.isIntact) == [true])
    }
}
