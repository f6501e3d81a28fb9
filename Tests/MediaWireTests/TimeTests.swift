import MediaWire
import Testing

@Suite struct TimeTests {
    @Test func `instants and durations add and subtract`() {
        let start = Instant(nanoseconds: 1_000)
        let later = start + .milliseconds(20)
        #expect(later.nanoseconds == 20_001_000)
        #expect(later - start == .milliseconds(20))
        #expect(later - .milliseconds(20) == start)
        #expect(start < later)
    }

    @Test(
        arguments: [
            (Duration.seconds(1), 1_000_000_000), (.nanoseconds(-5), -5), (.milliseconds(-1_500), -1_500_000_000),
            (.seconds(Int64.max), Int64.max), (.seconds(Int64.min), Int64.min),
        ] as [(Duration, Int64)]
    )
    func `a duration counts its nanoseconds and clamps`(duration: Duration, expected: Int64) {
        #expect(duration.nanoseconds == expected)
    }

    @Test(arguments: [0, 1, -1, 999_999_999, 1_700_000_000_123_456_789, -86_400_000_000_001] as [Int64])
    func `wall clock keeps unix nanoseconds`(nanoseconds: Int64) {
        #expect(WallClock(unixNanoseconds: nanoseconds).unixNanoseconds == nanoseconds)
    }

    @Test func `wall clock counts from 1900`() {
        #expect(WallClock(unixNanoseconds: 0).ntp == (2_208_988_800 as UInt64) << 32)
        #expect(WallClock(unixNanoseconds: 500_000_000).ntp == (2_208_988_800 as UInt64) << 32 | 0x8000_0000)
        #expect(WallClock(ntp: 0x0123_4567_89AB_CDEF).compact == 0x4567_89AB)
    }

    @Test func `wall clock moves by durations`() {
        let time = WallClock(unixNanoseconds: 1_700_000_000_000_000_000)
        for duration in [Duration.nanoseconds(1), .milliseconds(333), .seconds(-7), .nanoseconds(-123_456_789)] {
            let moved = time + duration
            #expect(abs((moved - time - duration).nanoseconds) <= 1)
            #expect(moved - duration == time)
        }
    }

    @Test(arguments: [
        (MediaTime(value: 90_000, timescale: 90_000), Int32(48_000), Int64(48_000)),
        (MediaTime(value: 1, timescale: 3), 2, 1), (MediaTime(value: 1, timescale: 2), 1, 1),
        (MediaTime(value: -1, timescale: 2), 1, -1), (MediaTime(value: -1, timescale: 3), 1, 0),
        (MediaTime(value: .max, timescale: 1), 90_000, .max),
    ])
    func `media time is rescaled to the nearest tick`(time: MediaTime, timescale: Int32, value: Int64) {
        #expect(time.rescaled(to: timescale).value == value)
    }

    @Test func `media times of different timescales compare by meaning`() {
        let half = MediaTime(value: 1, timescale: 2)
        let twoQuarters = MediaTime(value: 2, timescale: 4)
        #expect(half == twoQuarters)
        #expect(Set([half, twoQuarters]).count == 1)
        #expect(MediaTime(value: 1, timescale: 3) < half)
        #expect(half.nanoseconds == 500_000_000)
        #expect(half.seconds == 0.5)
    }
}
