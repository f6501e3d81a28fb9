import MediaWire
import Testing

@testable import Forwarding

@Suite("A key frame whose first packet comes late")
struct OvertakenKeyFrameTests {
    /// Sends a packet of layer 0 and returns the outgoing numbers of it and of those that are forwarded with it.
    private func send(
        _ relay: inout Relay,
        _ sequence: UInt16,
        key: Bool = false,
        layer: Int = 0,
        at now: Int = 0
    ) -> [Int] {
        let packet = rtp(sequence, ssrc: SSRC(rawValue: UInt32(layer + 1)), payload: vp8(key: key))
        let (source, changed) = relay.publication.receive(
            packet,
            codec: .vp8,
            rid: ["q", "h", "f"][layer],
            audioLevel: nil,
            at: at(now)
        )
        if changed { relay.stream.liveLayersChanged(relay.publication.live) }
        guard let first = relay.stream.forward(source, publication: relay.publication) else { return [] }
        let others = relay.stream.overtakers(of: source).map { overtaker in
            relay.stream.forward(overtaker, publication: relay.publication)
        }
        return ([first] + others).map { $0.map { Int($0.sequenceNumber.rawValue) } ?? -1 }
    }

    @Test("begins the stream together with those that came before it, in their order")
    func begins() {
        var relay = Relay(maximumLayer: 0)
        #expect(send(&relay, 99) == [])
        #expect(send(&relay, 102) == [])
        #expect(send(&relay, 104) == [])
        #expect(send(&relay, 101) == [])
        #expect(send(&relay, 100, key: true) == [500, 501, 502, 504])
        // What is missing still fills its place, and nothing is sent twice.
        #expect(send(&relay, 103) == [503])
        #expect(send(&relay, 105) == [505])
    }

    @Test("begins it even if no packet was seen before")
    func first() {
        var relay = Relay(maximumLayer: 0)
        #expect(send(&relay, 11) == [])
        #expect(send(&relay, 10, key: true) == [500, 501])
        #expect(send(&relay, 12) == [502])
    }

    @Test("is nothing new for who gets the layer already")
    func alreadyForwarded() {
        var relay = Relay(maximumLayer: 0)
        #expect(send(&relay, 10, key: true) == [500])
        #expect(send(&relay, 12) == [502])
        #expect(send(&relay, 11, key: true) == [501])
    }

    @Test("lets a subscriber move to its layer")
    func moves() {
        var relay = Relay(maximumLayer: 1)
        #expect(send(&relay, 10, key: true) == [500])
        #expect(send(&relay, 50, layer: 1) == [])
        #expect(send(&relay, 52, layer: 1) == [])
        #expect(send(&relay, 51, key: true, layer: 1) == [501, 502])
        #expect(relay.stream.currentLayer == 1)
    }

    @Test("begins nothing when those behind it are not known any more")
    func tooLate() {
        var relay = Relay(maximumLayer: 0)
        #expect(send(&relay, 99, at: 0) == [])
        #expect(send(&relay, 101, at: 0) == [])
        #expect(send(&relay, 102, at: 1000) == [])
        #expect(send(&relay, 100, key: true, at: 1001) == [])
        #expect(send(&relay, 103, key: true, at: 1002) == [500])
    }

    @Test("costs little memory: what is missing for good is waited for once")
    func bounded() {
        var packets = OvertakingPackets()
        func source(_ sequence: Int64, _ milliseconds: Int) -> SourcePacket {
            SourcePacket(
                packet: rtp(UInt16(truncatingIfNeeded: sequence)),
                codec: .vp8,
                layer: 0,
                sequence: sequence,
                startsKeyFrame: false,
                arrival: at(milliseconds)
            )
        }
        for number in 0..<5000 where number % 100 != 7 { _ = packets.receive(source(Int64(number), number / 10)) }
        // 990 packets of a second, of which half are kept.
        #expect(packets.receive(source(4407, 500)) == nil)
        #expect(packets.receive(source(4907, 500))?.count == 92)
        // Numbered anew: it is followed from there.
        #expect(packets.receive(source(100, 501))?.isEmpty == true)
        #expect(packets.receive(source(99, 501))?.map(\.sequence) == [100])
    }
}
