import MediaWire
import Testing

@testable import MessageBus

@Suite("A call as its client sees it")
struct ClientExchangeTests {
    private let start = Instant(nanoseconds: 1_000_000_000_000)
    private func at(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }

    private func exchange(_ selection: Selection?, timeout: Duration = .seconds(3)) -> ClientExchange {
        var call = ClientExchange(selection: selection, timeout: timeout, now: start)
        _ = call.sent(now: start)
        return call
    }

    @Test("without a claim the answer is awaited until the timeout")
    func withoutClaim() {
        var call = exchange(nil)
        #expect(call.deadline == at(3000))
        #expect(call.offered(by: "A", affinity: 1, now: at(1)) == .wait)
        #expect(call.answered(.success([1])) == .finish(.success([1])))
        #expect(call.deadline == nil)
        #expect(call.answered(.success([2])) == .wait)
    }

    @Test("without an answer the call times out")
    func timeout() {
        var call = exchange(nil)
        #expect(call.timeReached(at(2999)) == .wait)
        #expect(call.timeReached(at(3000)) == .finish(.failure(.timedOut)))
        #expect(call.timeReached(at(4000)) == .wait)
    }

    @Test("without offers the call ends with the affinity timeout, long before its own")
    func noResponse() {
        var call = exchange(.best)
        #expect(call.deadline == at(1000))
        #expect(call.timeReached(at(1000)) == .finish(.failure(.noResponse)))
        #expect(RPCError.noResponse.message == "no response from servers")
    }

    @Test("the affinity timeout runs from when the request has gone out, the call's from its beginning")
    func outage() {
        var call = ClientExchange(selection: .best, timeout: .seconds(3), now: start)
        #expect(call.deadline == at(3000))
        #expect(call.sent(now: at(1500)) == .wait)
        #expect(call.deadline == at(2500))
        #expect(call.timeReached(at(2500)) == .finish(.failure(.noResponse)))
        var late = ClientExchange(selection: .best, timeout: .seconds(3), now: start)
        _ = late.sent(now: at(2900))
        #expect(late.deadline == at(3000))
        var early = ClientExchange(selection: .best, timeout: .seconds(3), now: start)
        _ = early.offered(by: "A", affinity: 0.5, now: at(10))
        _ = early.sent(now: at(20))
        #expect(early.deadline == at(210))
    }

    @Test("the first server is taken at once where the method has no affinity")
    func acceptFirst() {
        var call = exchange(.first)
        #expect(call.offered(by: "A", affinity: 0.1, now: at(5)) == .choose(server: "A"))
        #expect(call.offered(by: "B", affinity: 1, now: at(6)) == .wait)
        #expect(call.deadline == at(3000))
    }

    @Test("the best offer within the short circuit after the first one wins, the earlier of equal ones")
    func best() {
        var call = exchange(.best)
        #expect(call.offered(by: "A", affinity: 0.5, now: at(100)) == .wait)
        #expect(call.deadline == at(300))
        #expect(call.offered(by: "B", affinity: 0.9, now: at(200)) == .wait)
        #expect(call.offered(by: "C", affinity: 0.9, now: at(250)) == .wait)
        #expect(call.deadline == at(300))
        #expect(call.timeReached(at(300)) == .choose(server: "B"))
        #expect(call.answered(.success([7])) == .finish(.success([7])))
    }

    @Test("the short circuit does not outlast the affinity timeout, nor the affinity timeout the call")
    func bounds() {
        var call = exchange(.best)
        _ = call.offered(by: "A", affinity: 0.5, now: at(950))
        #expect(call.deadline == at(1000))
        #expect(exchange(.best, timeout: .milliseconds(400)).deadline == at(400))
    }

    @Test("an offer of the maximum affinity is taken at once")
    func maximum() {
        var call = exchange(.startEgress)
        #expect(call.offered(by: "A", affinity: 0.5, now: at(10)) == .wait)
        #expect(call.deadline == at(510))
        #expect(call.offered(by: "B", affinity: 1, now: at(20)) == .choose(server: "B"))
    }

    @Test("an offer of 0 is counted and never wins")
    func zero() {
        var call = exchange(.best)
        #expect(call.offered(by: "A", affinity: 0, now: at(10)) == .wait)
        let expected = RPCError(.unavailable, "no servers available (received 1 responses)")
        #expect(call.timeReached(at(1000)) == .finish(.failure(expected)))
    }

    @Test("offers below the minimum are counted and never win")
    func minimum() {
        var call = exchange(Selection(minimumAffinity: 0.5))
        _ = call.offered(by: "A", affinity: 0.4, now: at(10))
        _ = call.offered(by: "B", affinity: 0.3, now: at(20))
        #expect(call.timeReached(at(1000)) == .finish(.failure(.noneAvailable(claims: 2))))
    }

    @Test("an offer that comes twice is one, and what is not a number is none")
    func repeated() {
        var call = exchange(Selection(minimumAffinity: 0.5))
        for _ in 0..<3 { _ = call.offered(by: "A", affinity: 0.1, now: at(10)) }
        _ = call.offered(by: "B", affinity: .nan, now: at(11))
        #expect(call.timeReached(at(1000)) == .finish(.failure(.noneAvailable(claims: 1))))
    }

    @Test("a refusal while offers are collected is told only if nobody offers")
    func refusal() {
        let refusal = RPCError(.malformedRequest, "what is this")
        var alone = exchange(.best)
        #expect(alone.answered(.failure(refusal)) == .wait)
        #expect(alone.timeReached(at(1000)) == .finish(.failure(refusal)))
        var other = exchange(.best)
        _ = other.answered(.failure(refusal))
        _ = other.offered(by: "A", affinity: 1, now: at(5))
        #expect(other.timeReached(at(205)) == .choose(server: "A"))
    }

    @Test("the chosen server's error is the call's")
    func error() {
        var call = exchange(.first)
        _ = call.offered(by: "A", affinity: 1, now: at(1))
        let error = RPCError(.resourceExhausted, "full")
        #expect(call.answered(.failure(error)) == .finish(.failure(error)))
    }

    @Test("a chosen server that stays silent is a timeout, counted from the request")
    func silent() {
        var call = exchange(.first)
        _ = call.offered(by: "A", affinity: 1, now: at(900))
        #expect(call.timeReached(at(1000)) == .wait)
        #expect(call.timeReached(at(3000)) == .finish(.failure(.timedOut)))
    }

    @Test("patience waits for an offer as long as the call lasts")
    func patience() {
        var call = exchange(.patient, timeout: .seconds(30))
        #expect(call.deadline == at(30_000))
        #expect(call.offered(by: "A", affinity: 1, now: at(29_000)) == .choose(server: "A"))
    }

    @Test("a zero affinity timeout means none, as in LiveKit's configuration")
    func zeroTimeout() {
        #expect(exchange(Selection(affinityTimeout: .zero)).deadline == at(3000))
    }

    @Test("a failure ends the call once")
    func failure() {
        var call = exchange(.first)
        #expect(call.failed(.canceled) == .finish(.failure(.canceled)))
        #expect(call.failed(.canceled) == .wait)
        #expect(call.offered(by: "A", affinity: 1, now: at(1)) == .wait)
    }
}
