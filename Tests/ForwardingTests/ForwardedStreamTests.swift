import MediaWire
import Testing

@testable import Forwarding

@Suite("A forwarded stream")
struct ForwardedStreamTests {
    @Test("sends nothing before the first key frame")
    func waitsForKeyFrame() {
        var relay = Relay()
        #expect(relay.send(layer: 0, at: at(0)) == nil)
        #expect(relay.number(layer: 0, key: true, at: at(33)) == 500)
        #expect(relay.number(layer: 0, at: at(66)) == 501)
    }

    @Test("starts with whatever layer has a key frame first, then climbs to the best")
    func climbs() {
        var relay = Relay()
        for layer in 0..<3 { #expect(relay.send(layer: layer, at: at(0)) == nil) }
        #expect(relay.stream.targetLayer == 2)
        #expect(relay.send(layer: 0, key: true, at: at(10)) != nil)
        #expect(relay.stream.currentLayer == 0)
        #expect(relay.send(layer: 2, at: at(20)) == nil)
        #expect(relay.send(layer: 2, key: true, at: at(30)) != nil)
        #expect(relay.stream.currentLayer == 2)
        #expect(relay.send(layer: 0, at: at(40)) == nil)
        #expect(relay.send(layer: 1, key: true, at: at(50)) == nil)
    }

    @Test("numbers packets without a break over switches, and time goes forward")
    func continuous() {
        var relay = Relay()
        var numbers: [UInt16] = []
        var stamps: [UInt32] = []
        func note(_ packet: ForwardedPacket?) {
            guard let packet else { return }
            numbers.append(packet.sequenceNumber.rawValue)
            stamps.append(packet.timestamp)
        }
        note(relay.send(layer: 0, key: true, timestamp: 7_000_000, at: at(0)))
        note(relay.send(layer: 0, timestamp: 7_003_000, at: at(33)))
        note(relay.send(layer: 1, key: true, timestamp: 55, at: at(66)))
        note(relay.send(layer: 1, timestamp: 3055, at: at(100)))
        note(relay.send(layer: 2, key: true, timestamp: 4_000_000_000, at: at(133)))
        #expect(numbers == [500, 501, 502, 503, 504])
        #expect(stamps[0] == 90_000)
        #expect(stamps[1] == 93_000)
        #expect(zip(stamps, stamps.dropFirst()).allSatisfy { $0 < $1 })
        // Without reports the time that has passed counts: 33 ms are 2970 ticks.
        #expect(stamps[2] == 93_000 + 2970)
    }

    @Test("keeps gaps of loss, and late packets fill them")
    func gaps() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, sequence: 10, at: at(0))
        #expect(relay.number(layer: 0, sequence: 13, at: at(5)) == 503)
        #expect(relay.number(layer: 0, sequence: 11, at: at(6)) == 501)
        #expect(relay.number(layer: 0, sequence: 14, at: at(7)) == 504)
        #expect(relay.number(layer: 0, sequence: 12, at: at(8)) == 502)
    }

    @Test("leaves out what comes from before its key frame")
    func beforeKeyFrame() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, sequence: 10, at: at(0))
        #expect(relay.send(layer: 0, sequence: 9, at: at(1)) == nil)
    }

    @Test("closes up the numbers of padding")
    func padding() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, sequence: 10, at: at(0))
        #expect(relay.send(layer: 0, sequence: 11, payload: [], at: at(1)) == nil)
        #expect(relay.send(layer: 0, sequence: 12, payload: [], at: at(2)) == nil)
        #expect(relay.number(layer: 0, sequence: 13, at: at(3)) == 501)
        // A packet lost before padding keeps its place.
        #expect(relay.send(layer: 0, sequence: 16, payload: [], at: at(4)) == nil)
        #expect(relay.number(layer: 0, sequence: 17, at: at(5)) == 504)
        #expect(relay.number(layer: 0, sequence: 15, at: at(6)) == 503)
        // Padding that comes late has a number already, under which nothing would come otherwise.
        let late = relay.send(layer: 0, sequence: 14, payload: [], at: at(7))
        #expect(late?.sequenceNumber == 502 && late?.payload == [])
    }

    @Test("finds the place of a late packet behind bursts of padding")
    func bursts() {
        var relay = Relay()
        #expect(relay.number(layer: 0, key: true, sequence: 10, at: at(0)) == 500)
        for burst in 0..<30 {
            let first = UInt16(12 + burst * 11)
            for number in first..<first + 10 { _ = relay.send(layer: 0, sequence: number, payload: [], at: at(1)) }
            #expect(relay.number(layer: 0, sequence: first + 10, at: at(1)) == UInt16(502 + burst))
        }
        #expect(relay.number(layer: 0, sequence: 11, at: at(2)) == 501)
    }

    @Test("goes on numbering when the source's numbers wrap")
    func wraps() {
        var relay = Relay(firstSequence: 65_534)
        #expect(relay.number(layer: 0, key: true, sequence: 65_535, at: at(0)) == 65_534)
        #expect(relay.number(layer: 0, sequence: 0, at: at(1)) == 65_535)
        #expect(relay.number(layer: 0, sequence: 1, at: at(2)) == 0)
    }

    @Test("still takes late packets of the layer it has left")
    func lateAfterSwitch() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, sequence: 10, at: at(0))
        _ = relay.send(layer: 0, sequence: 12, at: at(1))
        #expect(relay.number(layer: 1, key: true, sequence: 50, at: at(2)) == 503)
        #expect(relay.number(layer: 0, sequence: 11, at: at(3)) == 501)
        #expect(relay.send(layer: 0, sequence: 13, at: at(4)) == nil)
    }

    @Test("uses the layers' sender reports to place a switch in time")
    func alignsByReports() {
        var relay = Relay()
        let wall = WallClock(unixNanoseconds: 1_000_000_000_000)
        _ = relay.send(layer: 0, key: true, timestamp: 1000, at: at(0))
        // The same wall clock time: 10 000 on layer 0, 700 000 on layer 1.
        _ = relay.publication.receive(senderClock: SenderClock(ntp: wall, rtpTimestamp: 10_000), rid: "q")
        _ = relay.publication.receive(senderClock: SenderClock(ntp: wall, rtpTimestamp: 700_000), rid: "h")
        _ = relay.send(layer: 0, timestamp: 4000, at: at(33))
        // 7000 on layer 0's clock; the packet itself comes 20 ms late.
        let out = relay.send(layer: 1, key: true, timestamp: 697_000, at: at(86))
        #expect(out?.timestamp == 96_000)
        #expect(relay.stream.senderClock(publication: relay.publication)?.rtpTimestamp == 99_000)
        #expect(relay.stream.senderClock(publication: relay.publication)?.ntp == wall)
    }

    @Test("does not go back in time when the new layer's picture is one already shown")
    func samePicture() {
        var relay = Relay()
        let wall = WallClock(unixNanoseconds: 1_000_000_000_000)
        _ = relay.send(layer: 0, key: true, timestamp: 1000, at: at(0))
        _ = relay.publication.receive(senderClock: SenderClock(ntp: wall, rtpTimestamp: 1000), rid: "q")
        _ = relay.publication.receive(senderClock: SenderClock(ntp: wall, rtpTimestamp: 5000), rid: "h")
        let out = relay.send(layer: 1, key: true, timestamp: 5000, at: at(1))
        #expect(out?.timestamp == 90_001)
    }

    @Test("does not believe reports of a clock that has jumped")
    func implausibleReports() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, timestamp: 1000, at: at(0))
        let wall = WallClock(unixNanoseconds: 1_000_000_000_000)
        let later = WallClock(unixNanoseconds: 1_060_000_000_000)
        _ = relay.publication.receive(senderClock: SenderClock(ntp: wall, rtpTimestamp: 1000), rid: "q")
        _ = relay.publication.receive(senderClock: SenderClock(ntp: later, rtpTimestamp: 5000), rid: "h")
        let out = relay.send(layer: 1, key: true, timestamp: 5000, at: at(100))
        #expect(out?.timestamp == 99_000)
    }

    @Test("comes down with a key frame when its layer is no longer sent")
    func layerDies() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, at: at(0))
        _ = relay.send(layer: 2, key: true, at: at(0))
        for time in stride(from: 100, through: 1000, by: 100) { _ = relay.send(layer: 0, at: at(time)) }
        relay.advance(to: at(500))
        for time in stride(from: 500, through: 1000, by: 100) { _ = relay.send(layer: 0, at: at(time)) }
        relay.advance(to: at(1000))
        #expect(relay.stream.targetLayer == 0)
        #expect(relay.stream.keyFrameRequest(roundTrip: .milliseconds(50), at: at(1000)) == 0)
        #expect(relay.send(layer: 0, key: true, at: at(1033)) != nil)
        #expect(relay.stream.currentLayer == 0)
        #expect(relay.stream.keyFrameRequest(roundTrip: .milliseconds(50), at: at(2000)) == nil)
    }

    @Test("stays within the subscriber's maximum and within the budget")
    func limits() {
        var relay = Relay(maximumLayer: 1)
        for layer in 0..<3 { _ = relay.send(layer: layer, at: at(0)) }
        #expect(relay.stream.targetLayer == 1)
        relay.stream.setBudget(LayerBudget(highestLayer: 0), live: relay.publication.live)
        #expect(relay.stream.targetLayer == 0)
        relay.stream.setBudget(.unlimited, live: relay.publication.live)
        relay.stream.setMaximumLayer(2, live: relay.publication.live)
        #expect(relay.stream.targetLayer == 2)
    }

    @Test("goes on with the next key frame when the publisher replaces the stream")
    func replacedSource() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, sequence: 10, at: at(0))
        #expect(relay.send(layer: 0, sequence: 4000, ssrc: 99, at: at(10)) == nil)
        #expect(relay.stream.keyFrameRequest(roundTrip: .zero, at: at(10)) == 0)
        let out = relay.send(layer: 0, key: true, sequence: 4001, ssrc: 99, at: at(20))
        #expect(out?.sequenceNumber == 501)
    }

    @Test("stops when disabled, and continues with a key frame and without a gap")
    func disabled() {
        var relay = Relay()
        _ = relay.send(layer: 0, key: true, at: at(0))
        relay.stream.setEnabled(false)
        #expect(relay.send(layer: 0, at: at(10)) == nil)
        #expect(relay.stream.keyFrameRequest(roundTrip: .zero, at: at(10)) == nil)
        relay.stream.setEnabled(true)
        #expect(relay.send(layer: 0, at: at(20)) == nil)
        #expect(relay.stream.keyFrameRequest(roundTrip: .zero, at: at(20)) == 0)
        #expect(relay.number(layer: 0, key: true, at: at(30)) == 501)
    }

    @Test("asks for key frames no faster than every 200 ms and no slower than every second")
    func requestPace() {
        for (roundTrip, pace) in [(10, 200), (150, 300), (5000, 1000)] {
            var relay = Relay()
            _ = relay.send(layer: 0, at: at(0))
            #expect(relay.stream.keyFrameRequest(roundTrip: .milliseconds(roundTrip), at: at(0)) == 0)
            #expect(relay.stream.keyFrameRequest(roundTrip: .milliseconds(roundTrip), at: at(pace - 1)) == nil)
            #expect(relay.stream.keyFrameRequest(roundTrip: .milliseconds(roundTrip), at: at(pace)) == 0)
        }
    }
}
