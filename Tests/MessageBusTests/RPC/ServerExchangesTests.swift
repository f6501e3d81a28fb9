import MediaWire
import Testing

@testable import MessageBus

@Suite("Calls as their server sees them")
struct ServerExchangesTests {
    private let start = Instant(nanoseconds: 5_000_000_000)
    private func at(_ milliseconds: Int) -> Instant { start + .milliseconds(milliseconds) }

    @Test("a request is dropped once it has expired")
    func expired() {
        var exchanges = ServerExchanges()
        #expect(exchanges.heard("R", expiry: start, now: start) == .expired)
        #expect(exchanges.heard("R", expiry: at(-5), now: start) == .expired)
        #expect(exchanges.isIdle)
        #expect(exchanges.heard("R", expiry: at(1), now: start) == .handle)
        #expect(!exchanges.isIdle)
    }

    @Test("a request that comes twice is handled once, even after it was dealt with")
    func duplicates() {
        var exchanges = ServerExchanges()
        #expect(exchanges.heard("R", expiry: at(100), now: start) == .handle)
        #expect(exchanges.heard("R", expiry: at(100), now: at(1)) == .duplicate)
        exchanges.over("R")
        #expect(exchanges.heard("R", expiry: at(100), now: at(2)) == .duplicate)
        #expect(exchanges.isIdle)
    }

    @Test("the chosen server runs the request, once")
    func chosen() {
        var exchanges = ServerExchanges()
        _ = exchanges.heard("R", expiry: at(100), now: start)
        exchanges.offering("R")
        #expect(exchanges.isMine("R") == nil)
        #expect(exchanges.chosen("R", isMine: true, now: at(5)) == true)
        #expect(exchanges.isMine("R") == true)
        #expect(exchanges.chosen("R", isMine: true, now: at(6)) == false)
        exchanges.over("R")
        #expect(exchanges.isIdle)
    }

    @Test("a server that was not chosen drops the request")
    func notChosen() {
        var exchanges = ServerExchanges()
        _ = exchanges.heard("R", expiry: at(100), now: start)
        exchanges.offering("R")
        #expect(exchanges.chosen("R", isMine: false, now: at(5)) == false)
        #expect(exchanges.isMine("R") == false)
        #expect(exchanges.isIdle)
    }

    @Test("a choice that comes too late, or for a request that was never offered, runs nothing")
    func lateChoices() {
        var exchanges = ServerExchanges()
        #expect(exchanges.chosen("unknown", isMine: true, now: start) == false)
        _ = exchanges.heard("R", expiry: at(100), now: start)
        #expect(exchanges.chosen("R", isMine: true, now: at(1)) == false)
        exchanges.offering("R")
        #expect(exchanges.chosen("R", isMine: true, now: at(100)) == false)
        #expect(exchanges.isIdle)
    }

    @Test("time running out on an offer ends it")
    func undecided() {
        var exchanges = ServerExchanges()
        _ = exchanges.heard("R", expiry: at(100), now: start)
        exchanges.offering("R")
        exchanges.over("R")
        exchanges.over("R")
        #expect(exchanges.isIdle)
        #expect(exchanges.chosen("R", isMine: true, now: at(50)) == false)
    }

    @Test("requests beyond the bound are refused until others are over")
    func overload() {
        var exchanges = ServerExchanges()
        for index in 0..<ServerExchanges.maximumUnderWay {
            #expect(exchanges.heard("R\(index)", expiry: at(100), now: start) == .handle)
        }
        #expect(exchanges.heard("more", expiry: at(100), now: start) == .overloaded)
        exchanges.over("R7")
        #expect(exchanges.heard("more", expiry: at(100), now: start) == .handle)
    }

    @Test("what is over is forgotten when it has expired and room is needed")
    func forgetting() {
        var exchanges = ServerExchanges()
        for index in 0..<ServerExchanges.maximumRemembered {
            _ = exchanges.heard("R\(index)", expiry: at(100), now: start)
            exchanges.over("R\(index)")
        }
        #expect(exchanges.heard("early", expiry: at(100), now: at(50)) == .overloaded)
        #expect(exchanges.heard("later", expiry: at(900), now: at(100)) == .handle)
        #expect(exchanges.remembered == 1)
    }
}
