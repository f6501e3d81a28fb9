import Testing

@testable import Forwarding

@Suite("Layers of a track")
struct LayerMapTests {
    @Test(
        "are ranked by what their ids mean",
        arguments: [
            (["f", "h", "q"], ["q", "h", "f"]),
            (["q", "h", "f"], ["q", "h", "f"]),
            (["0", "1", "2"], ["2", "1", "0"]),
            (["h", "q"], ["q", "h"]),
            (["f", "h"], ["h", "f"]),
            (["~f", "q"], ["q", "f"]),
            (["high", "low"], ["high", "low"]),
            (["q", "x"], ["q"]),
            (["a", "b", "c", "d"], ["a", "b", "c"]),
            ([], []),
        ] as [([String], [String])]
    )
    func ranks(rids: [String], ranked: [String]) {
        #expect(LayerMap(rids: rids).rids == ranked)
    }

    @Test("are found by id, unknown and missing ids being the lowest layer")
    func lookup() {
        let layers = LayerMap(rids: ["h", "f"])
        #expect(layers.layer(of: "h") == 0)
        #expect(layers.layer(of: "f") == 1)
        #expect(layers.layer(of: "q") == 0)
        #expect(layers.layer(of: nil) == 0)
        #expect(layers.rid(of: 1) == "f")
        #expect(layers.rid(of: 2) == nil)
        #expect(LayerMap().count == 1)
    }

    @Test(
        "give the best alive within a limit, else the lowest alive",
        arguments: [
            ([0, 1, 2], 2, 2), ([0, 1, 2], 1, 1), ([0, 2], 1, 0), ([1, 2], 0, 1), ([2], 0, 2), ([], 2, nil),
            ([0, 1, 2], Int.max, 2),
        ] as [([Int], Int, Int?)]
    )
    func best(live: [Int], limit: Int, expected: Int?) {
        let set = live.reduce(into: LayerSet()) { $0.formUnion(LayerSet(layer: $1)) }
        #expect(set.best(atMost: limit) == expected)
    }
}
