import MediaWire
import TestKit
import Testing

@testable import Egress

@Suite("Connecting to a stream's server")
struct StreamRetryTests {
    private func at(_ seconds: Double) -> Instant { Instant(nanoseconds: 0) + .seconds(seconds) }

    /// How long is waited after each of so many failures, as each attempt fails at once.
    private func delays(_ count: Int, of retry: inout StreamRetry, from start: Double = 0, seed: UInt64 = 1) -> [Double]
    {
        var generator = SeededGenerator(seed: seed)
        var now = at(start)
        var delays: [Double] = []
        for _ in 0..<count {
            guard case .wait(let until) = retry.failed(at: now, using: &generator) else { return delays }
            delays.append((until - now).inSeconds)
            now = until
            guard retry.due(at: now) == .connect else { return delays }
        }
        return delays
    }

    @Test(
        "is tried again from the first failure on, with pauses that double up to 15 seconds",
        arguments: [1, 2, 3, 4]
    )
    func pauses(seed: UInt64) {
        var retry = StreamRetry(giveUpAfter: nil)
        let first = retry.begin(at: at(0))
        #expect(first == .connect)
        let found = delays(40, of: &retry, seed: seed)
        #expect(found.count == 40)
        for (number, delay) in found.enumerated() {
            let middle = min(15, 0.5 * Double(1 << min(number, 10)))
            #expect(delay >= middle * 0.749 && delay <= min(15, middle * 1.251), "pause \(number) lasts \(delay) s")
        }
        #expect(retry.retries == 40)
    }

    @Test("differs between outputs")
    func jitter() {
        var (one, other) = (StreamRetry(giveUpAfter: nil), StreamRetry(giveUpAfter: nil))
        _ = (one.begin(at: at(0)), other.begin(at: at(0)))
        #expect(delays(5, of: &one, seed: 1) != delays(5, of: &other, seed: 2))
    }

    @Test("does nothing before the pause is over")
    func early() {
        var retry = StreamRetry(giveUpAfter: nil)
        var generator = SeededGenerator(seed: 1)
        _ = retry.begin(at: at(0))
        guard case .wait(let until) = retry.failed(at: at(1), using: &generator) else {
            Issue.record("no pause")
            return
        }
        let early = retry.due(at: until - .milliseconds(1))
        #expect(early == .wait(until: until))
        #expect(retry.retries == 0)
        let inTime = retry.due(at: until)
        #expect(inTime == .connect)
        #expect(retry.retries == 1)
    }

    @Test("begins with short pauses again after a connection that lasted, and not after one that did not")
    func recovery() {
        for (length, isShort) in [(11.0, true), (1.0, false)] {
            var retry = StreamRetry(giveUpAfter: nil)
            _ = retry.begin(at: at(0))
            _ = delays(8, of: &retry)
            retry.connected(at: at(1000))
            #expect(retry.isUp)
            let next = delays(1, of: &retry, from: 1000 + length)
            #expect((next[0] < 1) == isShort)
        }
    }

    @Test("is given up when the time without a connection is over, after a last attempt at its end")
    func givingUp() {
        var retry = StreamRetry(giveUpAfter: .seconds(30))
        var generator = SeededGenerator(seed: 1)
        _ = retry.begin(at: at(0))
        var now = at(0)
        var last = at(0)
        while case .wait(let until) = retry.failed(at: now, using: &generator) {
            now = until
            last = until
            let next = retry.due(at: now)
            #expect(next == .connect)
        }
        #expect(last == at(30))
        let afterwards = retry.due(at: at(31))
        #expect(afterwards == .giveUp)
    }

    @Test("counts only the time without a connection")
    func timeUp() {
        var retry = StreamRetry(giveUpAfter: .seconds(5))
        var generator = SeededGenerator(seed: 1)
        _ = retry.begin(at: at(0))
        retry.connected(at: at(1))
        // Eight seconds of connection are not enough to be good, but they are no time without one.
        guard case .wait = retry.failed(at: at(9), using: &generator) else {
            Issue.record("given up too early")
            return
        }
        let second = retry.due(at: at(12))
        #expect(second == .connect)
        retry.connected(at: at(12))
        guard case .wait(let until) = retry.failed(at: at(100), using: &generator) else {
            Issue.record("given up too early")
            return
        }
        let third = retry.due(at: until)
        #expect(third == .connect)
        let last = retry.failed(at: at(105), using: &generator)
        #expect(last == .giveUp)
    }
}
