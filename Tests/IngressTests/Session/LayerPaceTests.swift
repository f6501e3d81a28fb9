import Testing

@testable import Ingress

@Suite("The pace of a layer's encoder")
struct LayerPaceTests {
    @Test("a key frame, or a burst of a few pictures, is no reason for more threads")
    func accidents() {
        var pace = LayerPace()
        for waiting in [1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 3, 2, 2, 1, 0, 3, 3] {
            let isAsking = pace.asksForThreads(waiting: waiting, leftOut: 0)
            #expect(!isAsking)
        }
    }

    @Test("pictures that wait or are left out one after the other are", arguments: [(2, 0), (0, 1)])
    func pilingUp(waiting: Int, leftOut: Int) {
        var pace = LayerPace()
        let asked = (1...18).filter { _ in pace.asksForThreads(waiting: waiting, leftOut: leftOut) }
        #expect(asked == [6, 12, 18])
    }
}
