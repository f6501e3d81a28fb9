import MediaWire
import Testing

@Suite struct SequenceTests {
    @Test(arguments: [
        (SequenceNumber(rawValue: 1), SequenceNumber(rawValue: 2), 1), (65_535, 0, 1), (0, 65_535, -1), (5, 5, 0),
        (0, 32_767, 32_767), (0, 32_768, -32_768),
    ])
    func `distance takes the shorter way around`(from: SequenceNumber, to: SequenceNumber, distance: Int) {
        #expect(from.distance(to: to) == distance)
        #expect(to.isNewer(than: from) == (distance > 0))
    }

    @Test func `numbers wrap when they move`() {
        #expect((65_535 as SequenceNumber) &+ 2 == 1)
        #expect((1 as SequenceNumber) &- 2 == 65_535)
        #expect((1 as SequenceNumber) &+ -2 == 65_535)
    }

    @Test func `an extender follows wraps and reordering`() {
        var extender = SequenceExtender()
        let numbers: [SequenceNumber] = [65_534, 65_535, 1, 0, 65_533, 2, 30_000, 60_000, 10]
        let extended = numbers.map { extender.extend($0) }
        #expect(extended == [65_534, 65_535, 65_537, 65_536, 65_533, 65_538, 95_536, 125_536, 131_082])
    }

    @Test func `an older first packet comes out negative`() {
        var extender = SequenceExtender()
        #expect(extender.extend(0) == 0)
        #expect(extender.extend(65_535) == -1)
    }

    @Test func `a timestamp extender follows wraps both ways`() {
        var extender = TimestampExtender()
        #expect(extender.extend(.max) == 4_294_967_295)
        #expect(extender.extend(2_999) == 4_294_970_295)
        #expect(extender.extend(.max - 10) == 4_294_967_285)
        #expect(extender.extend(3_000) == 4_294_970_296)
    }
}
