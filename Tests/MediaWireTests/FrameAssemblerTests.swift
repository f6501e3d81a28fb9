import MediaWire
import Testing

@Suite struct FrameAssemblerTests {
    private static let videoCodecs = Codec.allCases.filter { $0.kind == .video }

    /// Packets of frames of growing size: the first and every tenth a key frame.
    private static func stream(
        _ codec: Codec,
        sizes: [Int],
        maximum: Int = 1_100
    ) -> (frames: [[UInt8]], packets: [RTPPacket]) {
        var generator = SeededGenerator(seed: 7)
        var packetizer = Packetizer(codec: codec, maximumPayloadSize: maximum, pictureID: 0x7FFE)
        var frames: [[UInt8]] = []
        var packets: [RTPPacket] = []
        for (index, size) in sizes.enumerated() {
            let frame = MediaFixtures.frame(codec, isKey: index % 10 == 0, size: size, &generator)
            frames.append(frame)
            let payloads = packetizer.packetize(frame: frame)
            for (number, payload) in payloads.enumerated() {
                #expect(payload.count <= maximum)
                packets.append(
                    RTPPacket(
                        marker: number == payloads.count - 1,
                        payloadType: 96,
                        sequenceNumber: SequenceNumber(rawValue: UInt16(packets.count)),
                        timestamp: UInt32(3_000 * index),
                        ssrc: 1,
                        payload: payload
                    )
                )
            }
        }
        return (frames, packets)
    }

    private static func assemble(_ codec: Codec, _ packets: [RTPPacket]) -> [AssembledFrame] {
        var assembler = FrameAssembler(codec: codec)
        return packets.flatMap { assembler.push($0, extendedSequence: Int64($0.sequenceNumber.rawValue)) }
    }

    private static let sizes = [1, 10, 50, 500, 1_085, 1_090, 1_099, 1_100, 1_101, 2_200, 5_000, 30_000, 1, 100_000]

    @Test(arguments: videoCodecs, [64, 200, 1_100])
    func `frames come out as they went in`(codec: Codec, maximum: Int) {
        let (frames, packets) = Self.stream(codec, sizes: Self.sizes, maximum: maximum)
        let assembled = Self.assemble(codec, packets)
        #expect(assembled.map(\.data) == frames)
        #expect(assembled.map(\.isKeyFrame) == frames.indices.map { $0 % 10 == 0 })
        #expect(assembled.map(\.rtpTimestamp) == frames.indices.map { UInt32(3_000 * $0) })
        #expect(assembled.map(\.isIntact) == frames.map { _ in true })
        var next: Int64 = 0
        for frame in assembled {
            #expect(frame.firstSequence == next)
            next = frame.lastSequence + 1
        }
    }

    @Test(arguments: videoCodecs)
    func `frames end without a marker too`(codec: Codec) {
        var (frames, packets) = Self.stream(codec, sizes: Self.sizes)
        for index in packets.indices { packets[index].marker = false }
        frames.removeLast()
        #expect(Self.assemble(codec, packets).map(\.data) == frames)
    }

    @Test(arguments: videoCodecs)
    func `a frame that misses a packet does not come out, and the next is not intact`(codec: Codec) {
        let (frames, packets) = Self.stream(codec, sizes: [900, 2_500, 700, 2_500, 800])
        for lost in packets.indices.dropLast() {
            let assembled = Self.assemble(codec, packets.filter { Int($0.sequenceNumber.rawValue) != lost })
            let hurt = Int(packets[lost].timestamp / 3_000)
            var expected = frames
            expected.remove(at: hurt)
            #expect(assembled.map(\.data) == expected, "packet \(lost)")
            for frame in assembled {
                let isNext = Int(frame.rtpTimestamp / 3_000) == hurt + 1
                // Nobody can know of a packet lost before the first.
                #expect(frame.isIntact == (!isNext || lost == 0 && hurt == 0 && packets[1].timestamp > 0))
            }
        }
    }

    @Test(arguments: videoCodecs, [1, 2, 3, 4] as [UInt64])
    func `whatever is lost, what comes out is whole`(codec: Codec, seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let sizes = (0..<300).map { _ in Int.random(in: 1...6_000, using: &generator) }
        let (frames, packets) = Self.stream(codec, sizes: sizes)
        let kept = packets.filter { _ in Int.random(in: 0..<100, using: &generator) >= 3 }
        let sent = Dictionary(grouping: packets, by: \.timestamp)
        let whole = Dictionary(grouping: kept, by: \.timestamp).filter { $0.value.count == sent[$0.key]?.count }
        let assembled = Self.assemble(codec, kept)
        #expect(Set(assembled.map(\.rtpTimestamp)) == Set(whole.keys))
        for frame in assembled { #expect(frame.data == frames[Int(frame.rtpTimestamp / 3_000)]) }
        for (earlier, later) in zip(assembled, assembled.dropFirst()) {
            #expect(later.isIntact == (later.firstSequence == earlier.lastSequence + 1))
        }
    }

    @Test(arguments: videoCodecs)
    func `joining within a frame waits for the next`(codec: Codec) {
        let (frames, packets) = Self.stream(codec, sizes: [3_000, 500])
        let assembled = Self.assemble(codec, Array(packets[1...]))
        #expect(assembled.map(\.data) == [frames[1]])
        #expect(assembled.map(\.isIntact) == [false])
    }

    @Test func `padding and old packets change nothing`() {
        let (frames, packets) = Self.stream(.vp8, sizes: [2_500])
        var assembler = FrameAssembler(codec: .vp8)
        var assembled: [AssembledFrame] = []
        for (index, packet) in packets.enumerated() {
            assembled += assembler.push(packet, extendedSequence: Int64(2 * index))
            assembled += assembler.push(packet, extendedSequence: Int64(2 * index))
            var padding = packet
            padding.payload = []
            assembled += assembler.push(padding, extendedSequence: Int64(2 * index + 1))
        }
        #expect(assembled.map(\.data) == frames)
    }

    @Test func `a key frame behind a gap needs its parameter sets`() {
        var assembler = FrameAssembler(codec: .h264)
        var packet = RTPPacket(marker: true, payloadType: 96, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: [])
        packet.payload = [0x65, 0x88, 1]
        #expect(assembler.push(packet, extendedSequence: 1).isEmpty)
        packet.timestamp = 1
        packet.payload = MediaFixtures.h264SequenceParameters240p
        #expect(assembler.push(packet, extendedSequence: 2).isEmpty)
        packet.payload = [0x65, 0x88, 1]
        #expect(assembler.push(packet, extendedSequence: 3).map(\.isKeyFrame) == [true])
        packet.timestamp = 2
        #expect(assembler.push(packet, extendedSequence: 4).map(\.isKeyFrame) == [true])
        packet.timestamp = 3
        #expect(assembler.push(packet, extendedSequence: 6).isEmpty)
        packet.timestamp = 4
        packet.payload = [0x41, 0x88, 1]
        #expect(assembler.push(packet, extendedSequence: 7).map(\.isIntact) == [false])
    }

    @Test func `parameter sets with a marker belong to the picture behind them`() {
        var assembler = FrameAssembler(codec: .h264)
        var packet = RTPPacket(marker: true, payloadType: 96, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: [])
        packet.payload = MediaFixtures.h264SequenceParameters240p
        #expect(assembler.push(packet, extendedSequence: 1).isEmpty)
        packet.payload = [0x65, 0x88, 1]
        packet.timestamp = 3_000
        let frames = assembler.push(packet, extendedSequence: 2)
        #expect(
            frames.map(\.data) == [
                [0, 0, 0, 1] + MediaFixtures.h264SequenceParameters240p + [0, 0, 0, 1, 0x65, 0x88, 1]
            ]
        )
        #expect(frames.map(\.rtpTimestamp) == [3_000])
    }

    @Test func `spatial layers of VP9 become a superframe`() throws {
        var assembler = FrameAssembler(codec: .vp9)
        var packet = RTPPacket(payloadType: 98, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: [])
        packet.payload = [0xAC, 5, 0x00, 1, 0x82, 1, 2]
        #expect(assembler.push(packet, extendedSequence: 1).isEmpty)
        packet.payload = [0xAC, 5, 0x03, 1, 0x86, 3]
        packet.marker = true
        let frame = try #require(assembler.push(packet, extendedSequence: 2).first)
        #expect(frame.data == [0x82, 1, 2, 0x86, 3, 0xD9, 3, 0, 0, 0, 2, 0, 0, 0, 0xD9])
        #expect(frame.isKeyFrame)
    }

    @Test func `a frame without an end is dropped at the limit`() {
        var assembler = FrameAssembler(codec: .vp8)
        let payload = [0x00] + [UInt8](repeating: 1, count: 60_000)
        var packet = RTPPacket(payloadType: 96, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: [0x10] + payload)
        let count = Int64(FrameAssembler.maximumFrameBytes / 60_000 + 2)
        for sequence in 0..<count {
            #expect(assembler.push(packet, extendedSequence: sequence).isEmpty)
            packet.payload = payload
        }
        packet.marker = true
        #expect(assembler.push(packet, extendedSequence: count).isEmpty)
        packet.timestamp = 1
        packet.payload = [0x10, 0x50]
        #expect(assembler.push(packet, extendedSequence: count + 1).map(\.isIntact) == [false])
    }

    @Test func `packets of H264 hold together what fits`() {
        var packetizer = Packetizer(codec: .h264)
        let code: [UInt8] = [0, 0, 0, 1]
        let parameters = code + MediaFixtures.h264SequenceParameters240p + code + MediaFixtures.h264PictureParameters
        let slice: [UInt8] = [0x65] + [UInt8](repeating: 0x99, count: 2_000)
        let payloads = packetizer.packetize(frame: code + [0x09, 0xF0] + parameters + [0, 0, 1] + slice + [0, 0, 0])
        #expect(payloads.count == 3)
        #expect(payloads[0][0] == 0x78 && payloads[0].count == 1 + 2 + 26 + 2 + 6)
        #expect(payloads[1].prefix(2) == [0x7C, 0x85] && payloads[2].prefix(2) == [0x7C, 0x45])
        #expect(payloads[1][2...] + payloads[2][2...] == slice[1...])
    }

    @Test func `an empty frame and AV1 that is none have no payloads`() {
        for codec in Codec.allCases where codec != .red {
            var packetizer = Packetizer(codec: codec)
            #expect(packetizer.packetize(frame: []).isEmpty)
        }
        var packetizer = Packetizer(codec: .av1)
        #expect(packetizer.packetize(frame: [0xFF, 1, 2]).isEmpty)
    }
}
