import MediaWire
import Testing

@testable import Forwarding

@Suite("Forwarded audio")
struct AudioForwardingTests {
    private func stream(red: Bool) -> ForwardedStream {
        var stream = ForwardedStream(
            kind: .audio,
            maximumLayer: 0,
            acceptsRED: red,
            firstSequence: 7,
            firstTimestamp: 1000
        )
        stream.liveLayersChanged([])
        return stream
    }

    /// Two redundant blocks of 2 and 3 bytes, then the primary.
    private let redundant: [UInt8] = [0xEF, 0, 0, 2, 0xEF, 0, 0, 3, 0x6F, 1, 1, 2, 2, 2, 9, 8, 7]

    @Test("starts with any packet")
    func starts() {
        var publication = Publication(kind: .audio, layers: LayerMap(), isScreenShare: false)
        var stream = stream(red: true)
        let (packet, _) = publication.receive(rtp(5, timestamp: 3), codec: .opus, rid: nil, audioLevel: nil, at: at(0))
        let out = stream.forward(packet, publication: publication)
        #expect(out?.sequenceNumber == 7)
        #expect(out?.timestamp == 1000)
        #expect(out?.codec == .opus)
    }

    @Test("is RED for those who take RED and Opus for others", arguments: [true, false])
    func red(accepts: Bool) {
        var publication = Publication(kind: .audio, layers: LayerMap(), isScreenShare: false)
        var stream = stream(red: accepts)
        let (packet, _) = publication.receive(
            rtp(5, payload: redundant),
            codec: .red,
            rid: nil,
            audioLevel: nil,
            at: at(0)
        )
        let out = stream.forward(packet, publication: publication)
        #expect(out?.codec == (accepts ? .red : .opus))
        #expect(out?.payload == (accepts ? redundant : [9, 8, 7]))
    }

    @Test("goes on at once when the publisher replaces the stream")
    func replaced() {
        var publication = Publication(kind: .audio, layers: LayerMap(), isScreenShare: false)
        var stream = stream(red: true)
        for (sequence, ssrc, expected) in [(5, 1, 7), (6, 1, 8), (9000, 2, 9), (9001, 2, 10)] {
            let (packet, _) = publication.receive(
                rtp(UInt16(sequence), ssrc: SSRC(rawValue: UInt32(ssrc))),
                codec: .opus,
                rid: nil,
                audioLevel: nil,
                at: at(sequence)
            )
            let out = stream.forward(packet, publication: publication)
            #expect(out?.sequenceNumber.rawValue == UInt16(expected))
        }
    }

    @Test(
        "cannot be taken from malformed RED",
        arguments: [[], [0x80], [0xEF, 0, 0], [0xEF, 0, 0, 9, 0x6F, 1], Array(repeating: 0xFF, count: 200)]
            as [[UInt8]]
    )
    func malformedRED(payload: [UInt8]) {
        #expect(REDPrimary.extract(from: payload) == nil)
    }

    @Test("may have an empty primary block")
    func emptyPrimary() {
        #expect(REDPrimary.extract(from: [0x6F]) == [])
    }
}
