import MediaWire
import Testing

@testable import PeerTransport

@Suite struct RetransmissionBufferTests {
    private func media(_ number: UInt16) -> OutgoingMedia {
        OutgoingMedia(
            codec: .vp8,
            marker: false,
            sequenceNumber: SequenceNumber(rawValue: number),
            timestamp: 0,
            payload: [1]
        )
    }

    private func isPacket(_ answer: RetransmissionBuffer.Answer) -> Bool {
        if case .packet = answer { true } else { false }
    }

    @Test func packetsAreHeldUntilAsManyFollowed() {
        var buffer = RetransmissionBuffer(depth: 8)
        for number in UInt16(65_532)...65_535 { buffer.store(media(number), at: testStart) }
        for number in UInt16(0)...5 { buffer.store(media(number), at: testStart) }
        if case .notHeld = buffer.take(65_533, at: testStart, roundTrip: nil) {} else { Issue.record("still held") }
        #expect(isPacket(buffer.take(65_534, at: testStart, roundTrip: nil)))
        #expect(isPacket(buffer.take(5, at: testStart, roundTrip: nil)))
        if case .notHeld = buffer.take(6, at: testStart, roundTrip: nil) {} else { Issue.record("never sent") }
    }

    @Test func repeatsAreIgnoredWithinTwoRoundTripsAndAfterThree() {
        var buffer = RetransmissionBuffer(depth: 8)
        buffer.store(media(1), at: testStart)
        var answered: [Int] = []
        for moment in [0, 30, 60, 110, 150, 400, 800] {
            let answer = buffer.take(1, at: testStart + .milliseconds(moment), roundTrip: .milliseconds(20))
            if isPacket(answer) { answered.append(moment) }
        }
        #expect(answered == [0, 60, 110])
    }

    @Test func anEmptyBufferHoldsNothing() {
        var buffer = RetransmissionBuffer(depth: 8)
        if case .notHeld = buffer.take(0, at: testStart, roundTrip: nil) {} else { Issue.record("nothing was sent") }
    }
}
