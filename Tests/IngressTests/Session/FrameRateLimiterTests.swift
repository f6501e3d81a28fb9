import MediaWire
import Testing

@testable import Ingress

@Suite("Frame rates are limited, never raised")
struct FrameRateLimiterTests {
    struct Case: Sendable, CustomTestStringConvertible {
        var source: Double
        var limit: Double
        /// Pictures of ten seconds that stay.
        var expected: ClosedRange<Int>
        var testDescription: String { "\(source) to \(limit)" }
    }

    @Test(
        "So many pictures of ten seconds stay",
        arguments: [
            Case(source: 30, limit: 30, expected: 300...300),
            Case(source: 25, limit: 30, expected: 250...250),
            Case(source: 29.97, limit: 30, expected: 299...300),
            Case(source: 60, limit: 30, expected: 299...301),
            Case(source: 50, limit: 30, expected: 299...301),
            Case(source: 31, limit: 30, expected: 295...302),
            Case(source: 60, limit: 25, expected: 248...252),
            Case(source: 1, limit: 30, expected: 10...10),
            Case(source: 120, limit: 0, expected: 1_200...1_200),
        ]
    )
    func rates(_ item: Case) {
        var limiter = FrameRateLimiter(framesPerSecond: item.limit)
        let admitted = (0..<Int(item.source * 10)).count { number in
            // Times in whole milliseconds, as RTMP has them.
            let time = (Double(number) * 1_000 / item.source).rounded()
            return limiter.admits(Instant(nanoseconds: Int64(time) * 1_000_000))
        }
        #expect(item.expected.contains(admitted))
    }

    @Test("Pictures that stay are evenly spread")
    func spread() {
        var limiter = FrameRateLimiter(framesPerSecond: 30)
        let times = (0..<600).map { Instant(nanoseconds: Int64($0) * 16_666_667) }.filter { limiter.admits($0) }
        let gaps = zip(times, times.dropFirst()).map { ($1 - $0).inSeconds }
        #expect(gaps.allSatisfy { abs($0 - 1.0 / 30) < 0.001 })
    }

    @Test("A pause makes no burst, a clock set back no standstill")
    func jumps() {
        var limiter = FrameRateLimiter(framesPerSecond: 10)
        func admits(_ milliseconds: Int64) -> Bool {
            limiter.admits(Instant(nanoseconds: milliseconds * 1_000_000))
        }
        #expect(admits(0))
        #expect(!admits(20))
        #expect(admits(5_000))
        #expect(!admits(5_030))
        #expect(!admits(5_045))
        #expect(admits(5_100))
        #expect(admits(1_000))
        #expect(!admits(1_040))
        #expect(admits(1_100))
    }
}
