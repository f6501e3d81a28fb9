/// A set of layer indices.
package struct LayerSet: OptionSet, Sendable, Hashable {
    /// One bit a layer, bit 0 the lowest.
    package let rawValue: UInt8

    /// A set from its bits.
    package init(rawValue: UInt8) {
        self.rawValue = rawValue
    }

    /// The set of one layer; empty for an index outside 0…7.
    package init(layer: Int) {
        rawValue = (0..<8).contains(layer) ? 1 << UInt8(layer) : 0
    }

    /// Whether a layer is in the set.
    package func contains(layer: Int) -> Bool {
        !isDisjoint(with: LayerSet(layer: layer))
    }

    /// The best layer to show somebody who wants no more than `limit`.
    ///
    /// When all that is there is above the limit, the lowest of it: a large picture beats none.
    package func best(atMost limit: Int) -> Int? {
        var lowest: Int?
        var best: Int?
        for layer in 0..<8 where contains(layer: layer) {
            lowest = lowest ?? layer
            if layer <= limit { best = layer }
        }
        return best ?? lowest
    }
}
