import MediaWire
import TestKit
import Testing

@testable import PeerTransport

/// Whatever a peer sends, nothing traps.
@Suite struct HostileInputTests {
    @Test(arguments: 0..<8 as Range<UInt64>) func mutatedOffersAreRefusedOrAnswered(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        var offer = ClientOffer.initial
        offer.addAudioSender(cid: "mic")
        offer.addVideoSender(cid: "cam")
        let lines = offer.text.split(separator: "\r\n", omittingEmptySubsequences: true).map(String.init)
        var answered = 0
        for _ in 0..<40 {
            let peer = try PeerConnection.answering()
            _ = peer.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "t")
            let text = Self.mutated(lines, using: &generator)
            do {
                try peer.setRemoteOffer(text, at: testStart)
                let answer = DescriptionText(try peer.createAnswer(at: testStart))
                #expect(answer.sections.count == text.split(separator: "\r\n").count { $0.hasPrefix("m=") })
                answered += 1
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
        #expect(answered > 0, "some mutations are harmless")
    }

    @Test func mutatedAnswersAreRefusedOrTaken() throws {
        var generator = SeededGenerator(seed: 9)
        for _ in 0..<300 {
            let offerer = try PeerConnection.answering()
            _ = offerer.addSender(kind: .video, codecs: [.vp8, .h264], streamID: "s", trackID: "t", rids: ["q", "h"])
            _ = offerer.addSender(kind: .audio, codecs: [.opus], streamID: "s", trackID: "t")
            let answerer = try PeerConnection.answering()
            try answerer.setRemoteOffer(try offerer.createOffer(at: testStart), at: testStart)
            let lines = try answerer.createAnswer(at: testStart).split(separator: "\r\n").map(String.init)
            do {
                try offerer.setRemoteAnswer(Self.mutated(lines, using: &generator), at: testStart)
                _ = try offerer.createOffer(at: testStart)
            } catch {
                #expect(!error.message.isEmpty)
            }
        }
    }

    @Test func randomPacketsAreCountedAndDropped() throws {
        let peers = try VirtualPeers(seed: 1)
        let sender = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "t", rids: ["q", "f"])
        try peers.negotiate()
        #expect(peers.connect())
        peers.left.send(VirtualPeers.video(0), on: sender, rid: "q", at: peers.now)
        peers.run(for: .milliseconds(100))
        var generator = SeededGenerator(seed: 2)
        for _ in 0..<5000 {
            var bytes = (0..<Int.random(in: 0..<80, using: &generator)).map { _ in
                UInt8.random(in: 0...255, using: &generator)
            }
            if bytes.count > 2 { bytes[0] = 0x80 | bytes[0] & 0x3F }
            peers.right.receiveRTP(bytes, at: peers.now)
            if bytes.count > 2 { bytes[1] = 200 + bytes[1] % 8 }
            peers.right.receiveRTCP(bytes)
            peers.left.receiveRTCP(bytes)
        }
        peers.run(for: .seconds(3))
        let statistics = peers.right.statistics
        #expect(statistics.malformedPackets > 0 && statistics.unroutablePackets > 0)
        #expect(peers.right.connectionState == .connected)
    }

    @Test func reportsWithExtremeValuesAreHarmless() throws {
        let peers = try VirtualPeers(seed: 1)
        let sender = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "t")
        try peers.negotiate()
        #expect(peers.connect())
        peers.sendVideo(0..<5, on: sender)
        let source = peers.left.statistics.outbound[0].ssrc
        for value in [0, 1, 0x7FFF_FFFF, 0x8000_0000, 0xFFFF_FFFF] as [UInt32] {
            let block = ReceptionReport(
                ssrc: source,
                fractionLost: 255,
                cumulativeLost: Int32(bitPattern: value),
                highestSequence: value,
                jitter: value,
                lastSenderReport: value,
                delaySinceLastSenderReport: value
            )
            let delay = ExtendedReport.Delay(ssrc: peers.left.reporter, lastReceiverReport: value, delay: value)
            let packets: [RTCPPacket] = [
                .receiverReport(ReceiverReport(ssrc: 1, reports: [block])),
                .extendedReport(ExtendedReport(ssrc: 1, blocks: [.delaySinceLastReceiverReport([delay])])),
                .senderReport(
                    SenderReport(
                        ssrc: source,
                        ntp: WallClock(ntp: UInt64(value) << 32),
                        rtpTimestamp: value,
                        packetCount: value,
                        octetCount: value
                    )
                ),
                .nack(
                    GenericNACK(
                        senderSSRC: 1,
                        mediaSSRC: source,
                        lost: [SequenceNumber(rawValue: UInt16(truncatingIfNeeded: value))]
                    )
                ),
                .remb(REMB(senderSSRC: 1, bitsPerSecond: .max, sources: [source])),
            ]
            peers.left.receiveRTCP(RTCPPacket.serialize(packets))
            peers.right.receiveRTCP(RTCPPacket.serialize(packets))
        }
        peers.run(for: .seconds(5))
        #expect(peers.left.connectionState == .connected)
    }

    /// Drops, doubles, swaps, cuts or scrambles a line or a few.
    private static func mutated(_ lines: [String], using generator: inout SeededGenerator) -> String {
        var lines = lines
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
            let index = Int.random(in: 0..<lines.count, using: &generator)
            let other = Int.random(in: 0..<lines.count, using: &generator)
            switch Int.random(in: 0..<6, using: &generator) {
            case 0: lines.remove(at: index)
            case 1: lines.insert(lines[index], at: other)
            case 2: lines.swapAt(index, other)
            case 3:
                lines[index] = String(lines[index].prefix(Int.random(in: 0...lines[index].count, using: &generator)))
            case 4:
                let digit = String(Int.random(in: 0...99_999_999_999, using: &generator))
                lines[index] = lines[index].replacing(/\d+/, with: digit, maxReplacements: 1)
            default:
                var bytes = Array(lines[index].utf8)
                if !bytes.isEmpty {
                    bytes[Int.random(in: 0..<bytes.count, using: &generator)] = UInt8.random(
                        in: 32...126,
                        using: &generator
                    )
                }
                lines[index] = String(decoding: bytes, as: UTF8.self)
            }
        }
        return lines.map { $0 + "\r\n" }.joined()
    }
}
