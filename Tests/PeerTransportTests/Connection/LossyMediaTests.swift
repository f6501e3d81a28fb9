import MediaWire
import TestKit
import Testing

@testable import PeerTransport

/// The network of the acceptance criteria: 5 % loss, 50 ms jitter, 1 % reordering.
private let lossy = NetworkConditions(loss: 0.05, delay: .milliseconds(20), jitter: .milliseconds(50), reordering: 0.01)

/// Without data channels: SCTP's timers are those of the process, which other tests drive too.
private func lossyPeers(
    seed: UInt64,
    configure: (inout PeerConfiguration) -> Void = { _ in }
) throws -> VirtualPeers {
    try VirtualPeers(conditions: lossy, seed: seed) { left, _ in
        left.dataChannels = false
        configure(&left)
    }
}

@Suite struct LossyMediaTests {
    @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func videoArrivesComplete(seed: UInt64) throws {
        let peers = try lossyPeers(seed: seed)
        let sender = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "PA|TR", trackID: "TR")
        try peers.negotiate()
        #expect(peers.connect())
        peers.sendVideoWithSafeEnds(1000, on: sender)

        let received = peers.receivedMedia
        var numbers = received.map(\.packet.sequenceNumber)
        #expect(Set(numbers).count == numbers.count, "duplicates are removed")
        numbers.sort { $0.distance(to: $1) > 0 }
        #expect(numbers.count == 1000)
        for media in received {
            let packet = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: 65_000)).distance(
                to: media.packet.sequenceNumber
            )
            let sent = VirtualPeers.video(packet)
            #expect(media.packet.payload == sent.payload && media.packet.timestamp == sent.timestamp)
            #expect(media.packet.marker == sent.marker && media.packet.payloadType == 96)
        }
        #expect(Set(received.map(\.packet.ssrc)).count == 1)
        #expect(received.contains { $0.isRetransmission })
        let statistics = try #require(peers.right.statistics.inbound.first)
        #expect((20...100).contains(statistics.lost), "\(statistics.lost) of 1000 lost on the way")
        #expect(statistics.recovered == received.count { $0.isRetransmission })
        #expect(peers.left.statistics.outbound[0].retransmissions >= statistics.recovered)
    }

    @Test func withoutRetransmissionFormatTheStreamItselfRepeats() throws {
        let peers = try lossyPeers(seed: 11) { left in
            left.videoCodecs = left.videoCodecs.map { codec in
                var codec = codec
                codec.retransmissionPayloadType = nil
                return codec
            }
        }
        let sender = peers.left.addSender(kind: .video, codecs: [.h264], streamID: "PA|TR", trackID: "TR")
        try peers.negotiate()
        #expect(peers.connect())
        peers.sendVideoWithSafeEnds(500, on: sender, codec: .h264)
        #expect(Set(peers.receivedMedia.map(\.packet.sequenceNumber)).count == 500)
        #expect(peers.receivedMedia.allSatisfy { !$0.isRetransmission })
    }

    @Test func audioArrivesWithItsLevels() throws {
        let peers = try lossyPeers(seed: 21)
        let sender = peers.left.addSender(kind: .audio, codecs: [.opus], streamID: "PA|TR", trackID: "TR")
        try peers.negotiate()
        #expect(peers.connect())
        for packet in 0..<500 {
            peers.toRight.conditions.loss = (1..<495).contains(packet) ? 0.05 : 0
            let media = OutgoingMedia(
                codec: .opus,
                marker: packet == 0,
                sequenceNumber: SequenceNumber(rawValue: UInt16(packet)),
                timestamp: UInt32(packet) * 960,
                payload: [UInt8(truncatingIfNeeded: packet), 1, 2],
                audioLevel: AudioLevel(level: UInt8(packet % 128), voice: packet % 2 == 0)
            )
            peers.left.send(media, on: sender, at: peers.now)
            peers.run(for: .milliseconds(20))
        }
        peers.run(for: .seconds(2))
        let received = peers.receivedMedia
        #expect(Set(received.map(\.packet.sequenceNumber)).count == 500)
        for media in received {
            let packet = Int(media.packet.sequenceNumber.rawValue)
            #expect(media.audioLevel == AudioLevel(level: UInt8(packet % 128), voice: packet % 2 == 0))
            #expect(media.codec == .opus && media.mid == "0" && media.rid == nil)
        }
    }

    @Test func everyLayerOfASimulcastIsToldApart() throws {
        let peers = try lossyPeers(seed: 31)
        let rids = ["q", "h", "f"]
        let sender = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "cid", rids: rids)
        let audio = peers.left.addSender(kind: .audio, codecs: [.opus], streamID: "s", trackID: "mic")
        try peers.negotiate()
        #expect(peers.connect())
        for packet in 0..<300 {
            peers.toRight.conditions.loss = (1..<295).contains(packet) ? 0.05 : 0
            for rid in rids { peers.left.send(VirtualPeers.video(packet), on: sender, rid: rid, at: peers.now) }
            peers.left.send(
                OutgoingMedia(
                    codec: .opus,
                    marker: false,
                    sequenceNumber: SequenceNumber(rawValue: UInt16(packet)),
                    timestamp: UInt32(packet) * 480,
                    payload: [9]
                ),
                on: audio,
                at: peers.now
            )
            peers.run(for: .milliseconds(10))
        }
        peers.run(for: .seconds(2))
        for rid in rids {
            let layer = peers.receivedMedia.filter { $0.rid == rid }
            #expect(Set(layer.map(\.packet.sequenceNumber)).count == 300, "layer \(rid)")
            #expect(Set(layer.map(\.packet.ssrc)).count == 1)
            #expect(layer.contains { $0.isRetransmission })
        }
        #expect(peers.receivedMedia.count { $0.codec == .opus } == 300)
        #expect(peers.right.statistics.unroutablePackets == 0)
    }

    /// Long enough for consent checks, which go out at random times.
    @Test func theSameSeedGivesTheSameRun() throws {
        func run() throws -> [String] {
            let peers = try lossyPeers(seed: 77)
            let sender = peers.left.addSender(kind: .video, codecs: [.vp8], streamID: "s", trackID: "t")
            try peers.negotiate()
            #expect(peers.connect())
            peers.sendVideoWithSafeEnds(900, on: sender)
            return peers.rightEvents.compactMap { timed in
                guard case .media(let media) = timed.event else { return nil }
                return "\(timed.at.nanoseconds) \(media.packet.sequenceNumber) \(media.isRetransmission)"
            }
        }
        let first = try run()
        #expect(first.count == 900)
        let second = try run()
        #expect(second == first)
    }
}
