import MediaWire
import Testing

@testable import Ingress

@Suite("Wrong stream keys")
struct WrongKeyLimiterTests {
    private let start = Instant(nanoseconds: 0)
    private let address = IPAddress("192.0.2.1")
    private let other = IPAddress("192.0.2.2")

    /// A limiter, to be changed within expectations.
    private final class Limiter {
        private var limiter = WrongKeyLimiter(at: Instant(nanoseconds: 0))
        private var number = 0

        var counts: [Int] { [limiter.addressCount, limiter.keyCount] }

        func ask(_ key: String, from address: IPAddress?, at now: Instant) -> Duration? {
            limiter.ask(key, from: address, at: now)
        }

        /// Shows a wrong key; how long it has to wait instead, if it has.
        func wrong(from address: IPAddress?, at now: Instant) -> Duration? {
            number += 1
            let wait = limiter.ask("wrong\(number)", from: address, at: now)
            if wait == nil { limiter.isWrong("wrong\(number)") }
            return wait
        }

        func right(_ key: String, from address: IPAddress?, at now: Instant) -> Duration? {
            let wait = limiter.ask(key, from: address, at: now)
            if wait == nil { limiter.isRight(key, from: address, at: now) }
            return wait
        }

        func unanswered(from address: IPAddress?, at now: Instant) -> Duration? {
            let wait = limiter.ask("key", from: address, at: now)
            if wait == nil { limiter.noAnswer(from: address, at: now) }
            return wait
        }

        /// Shows wrong keys until they are not asked about any more; how many were.
        func exhaust(_ address: IPAddress?, at now: Instant) -> Int {
            var count = 0
            while count < 1000, wrong(from: address, at: now) == nil { count += 1 }
            return count
        }
    }

    @Test("are asked about 64 times at once, and then once a second")
    func bucket() {
        let limiter = Limiter()
        #expect(limiter.exhaust(address, at: start) == 64)
        #expect(limiter.wrong(from: address, at: start) == .seconds(1))
        #expect(limiter.wrong(from: address, at: start + .milliseconds(750)) == .milliseconds(250))
        #expect(limiter.wrong(from: address, at: start + .seconds(1)) == nil)
        #expect(limiter.wrong(from: address, at: start + .seconds(1)) == .seconds(1))
        // Time that goes back fills nothing.
        #expect(limiter.wrong(from: address, at: start) == .seconds(1))
        #expect(limiter.exhaust(address, at: start + .seconds(1000)) == 64)
    }

    @Test("of one address do not hold back another, but all of an IPv6 network count as one")
    func addresses() {
        let limiter = Limiter()
        #expect(limiter.exhaust(address, at: start) == 64)
        #expect(limiter.exhaust(other, at: start) == 64)
        #expect(limiter.exhaust(IPAddress("2001:db8::1"), at: start) == 64)
        #expect(limiter.exhaust(IPAddress("2001:db8::2"), at: start) == 0)
        #expect(limiter.exhaust(IPAddress("2001:db8:0:1::1"), at: start) == 64)
    }

    @Test("are no matter to who comes with right ones, however many, or to whom no room server answers")
    func right() {
        let limiter = Limiter()
        for number in 0..<1000 {
            #expect(limiter.right("key\(number)", from: address, at: start) == nil)
            #expect(limiter.unanswered(from: other, at: start) == nil)
        }
        #expect(limiter.counts == [0, 1000])
    }

    @Test("do not hold back a key that was right within a day, until it is wrong")
    func known() {
        let limiter = Limiter()
        #expect(limiter.right("key", from: other, at: start) == nil)
        let hour = start + .seconds(3600)
        #expect(limiter.exhaust(address, at: hour) == 64)
        #expect(limiter.right("key", from: address, at: hour) == nil)
        #expect(limiter.right("new", from: address, at: hour) == .seconds(1))
        // A right key does not make room for wrong ones.
        #expect(limiter.wrong(from: address, at: hour) == .seconds(1))
        let nextDay = hour + .seconds(24 * 3600)
        #expect(limiter.exhaust(address, at: nextDay) == 64)
        #expect(limiter.right("key", from: address, at: nextDay) == .seconds(1))
    }

    @Test("take no more memory than for 4096 addresses and keys; who finds no place shares a bucket")
    func bounds() {
        let limiter = Limiter()
        for number in 0..<5000 {
            #expect(limiter.right("key\(number)", from: .v4(1), at: start + .milliseconds(number)) == nil)
        }
        let later = start + .seconds(10)
        for number in 0..<4096 { #expect(limiter.wrong(from: .v4(UInt32(number)), at: later) == nil) }
        #expect(limiter.counts == [4096, 4096])
        #expect(limiter.exhaust(.v4(5000), at: later) == 64)
        #expect(limiter.exhaust(.v4(5001), at: later) == 0)
        // The newest keys are those that are kept.
        #expect(limiter.ask("key4999", from: .v4(5002), at: later) == nil)
        #expect(limiter.ask("key0", from: .v4(5002), at: later) != nil)
        // Those that have behaved for a while make room.
        #expect(limiter.exhaust(.v4(5003), at: later + .seconds(2)) == 64)
        #expect(limiter.counts[0] == 1)
    }
}
