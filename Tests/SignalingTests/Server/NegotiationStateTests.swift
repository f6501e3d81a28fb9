import MediaWire
import Signaling
import Testing

/// Compares values read from states that cannot be copied, which `#expect` cannot take.
private func check<Value: Equatable>(
    _ value: Value,
    _ expected: Value,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(value == expected, sourceLocation: sourceLocation)
}

@Suite("Offers to a client")
struct OfferNegotiationTests {
    @Test("collect changes, go out one at a time and catch up after the answer")
    func flow() {
        var offers = OfferNegotiation(firstID: 40)
        check(offers.changed(fast: false, at: at(0)), .schedule(.milliseconds(150)))
        check(offers.changed(fast: false, at: at(50)), .nothing)
        check(offers.timerFired(at: at(150)), .sendOffer(id: 40))
        check(offers.isAwaitingAnswer, true)
        check(offers.answered(at: at(200)), .nothing)
        check(offers.isAwaitingAnswer, false)
        check(offers.changed(fast: true, at: at(300)), .schedule(.milliseconds(10)))
        check(offers.timerFired(at: at(310)), .sendOffer(id: 41))
        check(offers.changed(fast: false, at: at(320)), .nothing)
        check(offers.answered(at: at(400)), .schedule(.milliseconds(10)))
        check(offers.timerFired(at: at(410)), .sendOffer(id: 42))
    }

    @Test("are hurried by a change somebody waits for, and the slower timer is ignored")
    func hurry() {
        var offers = OfferNegotiation(firstID: 1)
        _ = offers.changed(fast: false, at: at(0))
        check(offers.changed(fast: true, at: at(20)), .schedule(.milliseconds(10)))
        check(offers.timerFired(at: at(30)), .sendOffer(id: 1))
        check(offers.timerFired(at: at(150)), .nothing)
    }

    @Test("are overdue after fifteen seconds without an answer")
    func overdue() {
        var offers = OfferNegotiation(firstID: 1)
        check(offers.isOverdue(at: at(99_999)), false)
        _ = offers.changed(fast: true, at: at(0))
        _ = offers.timerFired(at: at(10))
        check(offers.isOverdue(at: at(15_009)), false)
        check(offers.isOverdue(at: at(15_010)), true)
    }

    @Test("start over with a client that has reconnected")
    func restart() {
        var offers = OfferNegotiation(firstID: 1)
        _ = offers.changed(fast: true, at: at(0))
        _ = offers.timerFired(at: at(10))
        check(offers.restarted(at: at(20)), .schedule(.milliseconds(10)))
        check(offers.timerFired(at: at(30)), .sendOffer(id: 2))
    }

    @Test("an answer nobody asked for changes nothing")
    func strayAnswer() {
        var offers = OfferNegotiation(firstID: 1)
        check(offers.answered(at: at(0)), .nothing)
    }
}

@Suite("Requests for offers")
struct SectionRequestTests {
    @Test("wait for the offer a joining client makes anyway")
    func joining() {
        var sections = SectionRequest(expectsOffer: true, at: at(0))
        check(sections.changed(at: at(10)), .nothing)
        check(sections.offered(stillWaiting: true, at: at(20)), .schedule(.milliseconds(10)))
        check(sections.timerFired(at: at(30)), .ask)
        check(sections.changed(at: at(40)), .nothing)
        check(sections.offered(stillWaiting: false, at: at(50)), .nothing)
        check(sections.timerFired(at: at(60)), .nothing)
    }

    @Test("are repeated when the client does not offer")
    func overdue() {
        var sections = SectionRequest(expectsOffer: false, at: at(0))
        _ = sections.changed(at: at(0))
        _ = sections.timerFired(at: at(10))
        check(sections.isOverdue(at: at(5009)), false)
        check(sections.isOverdue(at: at(5010)), true)
        check(sections.isOverdue(at: at(5011)), false)
    }
}
