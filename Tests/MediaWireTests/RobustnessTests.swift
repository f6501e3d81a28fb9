import Foundation
import MediaWire
import Testing

/// Parsers meet whatever the network brings: they may refuse it, and must return.
@Suite struct RobustnessTests {
    /// How many inputs a test makes: as many as it usually does, or what `SLUICE_FUZZ_INPUTS` says.
    private static func count(_ usual: Int) -> Int {
        ProcessInfo.processInfo.environment["SLUICE_FUZZ_INPUTS"].flatMap(Int.init) ?? usual
    }

    /// Random bytes, and valid inputs with bytes changed, cut off or repeated.
    private static func inputs(
        _ usual: Int,
        seeds: [[UInt8]],
        prefix: [UInt8] = [],
        _ body: ([UInt8]) -> Void
    ) {
        var generator = SeededGenerator(seed: 0x51_1CE)
        for index in 0..<count(usual) {
            if index % 3 == 0 || seeds.isEmpty {
                body(prefix + generator.bytes(Int.random(in: 0...64, using: &generator)))
                continue
            }
            var bytes = seeds[Int.random(in: seeds.indices, using: &generator)]
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !bytes.isEmpty {
                let position = Int.random(in: bytes.indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: bytes[position] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: bytes[position] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
                case 2: bytes.removeLast(bytes.count - position)
                default: bytes.insert(contentsOf: bytes[position...].prefix(8), at: position)
                }
            }
            body(bytes)
        }
    }

    @Test func `RTP packets that are read are written and read again alike`() throws {
        var packet = RTPPacket(
            payloadType: 96,
            sequenceNumber: 1,
            timestamp: 2,
            ssrc: 3,
            csrcs: [4],
            payload: [5, 6],
            paddingLength: 3
        )
        packet.extensions[1] = [1]
        let short = packet.serialized()
        packet.extensions[200] = [1, 2]
        var read = 0
        Self.inputs(100_000, seeds: [short, packet.serialized()], prefix: [0x90]) { bytes in
            guard let packet = try? RTPPacket(parsing: bytes) else { return }
            read += 1
            #expect((try? RTPPacket(parsing: packet.serialized())) == packet)
        }
        #expect(read > 1_000)
    }

    @Test func `RTCP packets that are read are written and read again alike`() {
        let seeds = RTCPPacketTests.examples.map(\.bytes)
        var read = 0
        Self.inputs(100_000, seeds: seeds, prefix: [0x81, 200]) { bytes in
            guard let packets = try? RTCPPacket.parseCompound(bytes) else { return }
            read += 1
            let written = RTCPPacket.serialize(packets.filter { !Self.isUnwritable($0) })
            guard !written.isEmpty else { return }
            #expect((try? RTCPPacket.parseCompound(written)) != nil)
        }
        #expect(read > 1_000)
    }

    /// Text that was no UTF-8 grows when it is replaced.
    private static func isUnwritable(_ packet: RTCPPacket) -> Bool {
        switch packet {
        case .sourceDescription(let description):
            description.chunks.contains { $0.items.contains { $0.text.utf8.count > 255 } }
        case .bye(let goodbye): (goodbye.reason?.utf8.count ?? 0) > 255
        default: false
        }
    }

    @Test func `STUN messages that are read are written and read again alike`() {
        let message = STUNMessage(
            class: .request,
            transactionID: STUNTransactionID(high: 1, low: 2),
            attributes: [
                .username("a:b"), .priority(1), .useCandidate, .iceControlling(2), .errorCode(400, "x"),
                .xorMappedAddress(TransportAddress(ip: .v6(1, 2), port: 3)), .unknownAttributes([5, 6]),
            ]
        )
        var read = 0
        let seed = message.serialized(fingerprint: false)
        Self.inputs(100_000, seeds: [seed], prefix: Array(seed.prefix(20))) { bytes in
            _ = STUNMessage.verifyIntegrity(of: bytes, key: [1]) { _, _ in [UInt8](repeating: 0, count: 20) }
            guard let message = try? STUNMessage(parsing: bytes) else { return }
            read += 1
            #expect((try? STUNMessage(parsing: message.serialized())) != nil)
        }
        #expect(read > 1_000)
    }

    @Test(arguments: [SDPFixtures.libwebrtcOffer, SDPFixtures.simulcastOffer])
    func `descriptions that are read are written and read again`(text: String) {
        var read = 0
        var generator = SeededGenerator(seed: 3)
        let lines = text.split(separator: "\n").map { Array($0.utf8) }
        for _ in 0..<Self.count(3_000) {
            var changed = lines
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let line = Int.random(in: changed.indices, using: &generator)
                let position = Int.random(in: changed[line].indices, using: &generator)
                switch Int.random(in: 0..<4, using: &generator) {
                case 0: changed[line][position] = UInt8.random(in: .min ... .max, using: &generator)
                case 1: changed[line].removeLast(changed[line].count - position)
                case 2: changed.remove(at: line)
                default: changed[line].insert(contentsOf: [0x20, 0x3A, 0x2F], at: position)
                }
                changed.removeAll(where: \.isEmpty)
            }
            let text = String(decoding: Array(changed.joined(separator: [0x0D, 0x0A])), as: UTF8.self)
            guard let description = try? SessionDescription.parse(text) else { continue }
            read += 1
            #expect((try? SessionDescription.parse(description.serialized())) != nil)
        }
        #expect(read > 500)
        Self.inputs(100_000, seeds: [], prefix: Array("v=0\r\n".utf8)) {
            _ = try? SessionDescription.parse(String(decoding: $0, as: UTF8.self))
        }
    }

    @Test func `candidates and addresses`() {
        let seeds = [
            "candidate:1 1 udp 5 192.0.2.1 9 typ srflx raddr 1.2.3.4 rport 5", "2001:db8::1", "::ffff:1.2.3.4",
            "1.2.3.4",
        ].map { Array($0.utf8) }
        Self.inputs(100_000, seeds: seeds, prefix: Array("candidate:".utf8)) { bytes in
            let text = String(decoding: bytes, as: UTF8.self)
            if let address = IPAddress(text) { #expect(IPAddress(address.description) == address) }
            if let candidate = try? ICECandidate(parsing: text) {
                #expect((try? ICECandidate(parsing: candidate.serialized())) == candidate)
            }
        }
    }

    @Test(arguments: Codec.allCases)
    func `payloads of every codec`(codec: Codec) {
        var generator = SeededGenerator(seed: 5)
        var seeds: [[UInt8]] = [[1, 2, 3]]
        if codec != .red {
            var packetizer = Packetizer(codec: codec, maximumPayloadSize: 100)
            seeds = packetizer.packetize(frame: MediaFixtures.frame(codec, isKey: true, size: 300, &generator))
        }
        var assembler = FrameAssembler(codec: codec)
        var continuity = PictureContinuity()
        continuity.dependencyDescriptor = 1
        var packet = RTPPacket(payloadType: 96, sequenceNumber: 0, timestamp: 0, ssrc: 1, payload: [])
        var sequence: Int64 = 0
        Self.inputs(100_000, seeds: seeds) { bytes in
            _ = isKeyFrameStart(codec: codec, payload: bytes)
            _ = startsFrame(codec: codec, payload: bytes)
            _ = keyFrameSize(codec: codec, payload: bytes)
            sequence += generator.next() % 16 == 0 ? 2 : 1
            packet.payload = bytes
            packet.marker = generator.next() % 4 == 0
            if generator.next() % 4 == 0 { packet.timestamp &+= 3_000 }
            packet.extensions[1] = generator.next() % 4 == 0 ? Array(bytes.prefix(15)) : nil
            _ = continuity.continues(with: packet, codec: codec, missing: Int(generator.next() % 70_000))
            continuity.passed(packet, codec: codec)
            for frame in assembler.push(packet, extendedSequence: sequence) { #expect(!frame.data.isEmpty) }
        }
    }

    @Test func `H.264 parameters and slices`() {
        let parameters = [
            MediaFixtures.h264BaselineParameters360p, MediaFixtures.h264SequenceParameters720p,
        ]
        // Slices of a key picture, and of the next, which has the number 1 in four bits.
        let key: [UInt8] = [0x65, 0x88, 0x84, 0x00, 0x33]
        let seeds = parameters + [key, [0x41, 0x9A, 0x24, 0x6C, 0x41]]
        var generator = SeededGenerator(seed: 7)
        var (sizes, continued) = (0, 0)
        Self.inputs(100_000, seeds: seeds) { bytes in
            if keyFrameSize(codec: .h264, payload: bytes) != nil { sizes += 1 }
            var continuity = PictureContinuity()
            for payload in [parameters[Int(generator.next() % 2)], key, bytes, bytes] {
                let packet = RTPPacket(
                    marker: true,
                    payloadType: 96,
                    sequenceNumber: 0,
                    timestamp: 0,
                    ssrc: 1,
                    payload: payload
                )
                if continuity.continues(with: packet, codec: .h264, missing: 1) { continued += 1 }
                continuity.passed(packet, codec: .h264)
            }
        }
        #expect(sizes > 1_000)
        #expect(continued > 1_000, "slices are read as far as their numbers")
    }

    @Test(arguments: Codec.allCases.filter { $0 != .red })
    func `frames that are none`(codec: Codec) {
        var generator = SeededGenerator(seed: 6)
        var packetizer = Packetizer(codec: codec, maximumPayloadSize: 64)
        let seeds = [true, false].map { MediaFixtures.frame(codec, isKey: $0, size: 200, &generator) }
        Self.inputs(20_000, seeds: seeds) { bytes in
            for payload in packetizer.packetize(frame: bytes) where codec.kind == .video {
                #expect(!payload.isEmpty && payload.count <= 64)
            }
        }
    }
}
