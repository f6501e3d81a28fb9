import Testing

@testable import MessageBus

@Suite("Subscriptions")
struct SubscriptionTableTests {
    @Test("the first subscriber of a channel subscribes to it, later ones join")
    func joining() {
        var table = SubscriptionTable()
        #expect(table.add({ _ in }, id: 1, to: "a") == .new(generation: 1))
        #expect(table.add({ _ in }, id: 2, to: "a") == .pending)
        #expect(table.confirm("a", generation: 1) == true)
        #expect(table.add({ _ in }, id: 3, to: "a") == .confirmed)
        #expect(table.handlers(of: "a").count == 3)
        #expect(table.handlers(of: "b").isEmpty)
    }

    @Test("the last subscriber ends the channel's subscription")
    func leaving() {
        var table = SubscriptionTable()
        _ = table.add({ _ in }, id: 1, to: "a")
        _ = table.add({ _ in }, id: 2, to: "a")
        #expect(table.remove(1, from: "a") == false)
        #expect(table.remove(1, from: "a") == false)
        #expect(table.remove(2, from: "a") == true)
        #expect(table.remove(2, from: "a") == false)
    }

    @Test("the confirmation of a subscription that was ended meanwhile does not count for the next one")
    func generations() {
        var table = SubscriptionTable()
        _ = table.add({ _ in }, id: 1, to: "a")
        #expect(table.remove(1, from: "a") == true)
        #expect(table.add({ _ in }, id: 2, to: "a") == .new(generation: 2))
        #expect(table.confirm("a", generation: 1) == false)
        #expect(table.confirm("a", generation: 2) == true)
    }

    @Test("a new connection subscribes to everything, in the order it was first done")
    func resubscribing() {
        var table = SubscriptionTable()
        for (id, name) in ["z", "a", "m"].enumerated() {
            guard case .new(let generation) = table.add({ _ in }, id: id, to: name) else { continue }
            #expect(table.confirm(name, generation: generation) == true)
        }
        table.lost()
        #expect(table.add({ _ in }, id: 9, to: "a") == .pending)
        let again = table.resubscribe()
        #expect(again.map(\.name) == ["z", "a", "m"])
        #expect(table.confirm("z", generation: 1) == false)
        #expect(table.confirm("z", generation: again[0].generation) == true)
    }
}
