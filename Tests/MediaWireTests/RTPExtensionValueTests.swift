import MediaWire
import Testing

@Suite struct RTPExtensionValueTests {
    @Test func `audio level has a voice bit and seven bits of level`() {
        #expect(AudioLevel(decoding: [0x80 | 30]) == AudioLevel(level: 30, voice: true))
        #expect(AudioLevel(level: 127, voice: false).encoded == [127])
        #expect(AudioLevel(decoding: []) == nil)
    }

    @Test func `transport sequence has two bytes`() {
        #expect(TransportSequence(decoding: [1, 2])?.number == 0x0102)
        #expect(TransportSequence(number: 0xFFFE).encoded == [0xFF, 0xFE])
        #expect(TransportSequence(decoding: [1]) == nil)
    }

    @Test func `send time is 6.18 fixed point modulo 64 seconds`() {
        let time = AbsSendTime(Instant(nanoseconds: 65_500_000_000))
        #expect(time.value == 3 << 17)
        #expect(AbsSendTime(decoding: time.encoded) == time)
        #expect(
            AbsSendTime(value: 10).elapsed(since: AbsSendTime(value: 0xFF_FFFF)).nanoseconds == 41_961
        )
        #expect(AbsSendTime(value: 0).elapsed(since: AbsSendTime(value: 1 << 18)) == .seconds(-1))
        #expect(AbsSendTime(Instant(nanoseconds: -1)).value == 0xFF_FFFF)
        #expect(AbsSendTime(decoding: [1, 2]) == nil)
    }

    @Test(arguments: [nil, 0, -1, 1 << 40] as [Int64?])
    func `capture time keeps its offset`(offset: Int64?) {
        let time = AbsCaptureTime(time: WallClock(ntp: 0x0102_0304_0506_0708), clockOffset: offset)
        #expect(time.encoded.count == (offset == nil ? 8 : 16))
        #expect(AbsCaptureTime(decoding: time.encoded) == time)
        #expect(AbsCaptureTime(decoding: [UInt8](repeating: 0, count: 9)) == nil)
    }

    @Test func `playout delay has twice twelve bits`() {
        let delay = PlayoutDelay(minimum: 0x123, maximum: 0xFED)
        #expect(delay.encoded == [0x12, 0x3F, 0xED])
        #expect(PlayoutDelay(decoding: delay.encoded) == delay)
        #expect(PlayoutDelay(decoding: [0]) == nil)
    }

    @Test func `every extension has its own URI`() {
        #expect(Set(RTPExtensionURI.allCases.map(\.rawValue)).count == RTPExtensionURI.allCases.count)
    }
}
