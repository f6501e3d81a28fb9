/// The simulcast layers of one track: RTP stream ids ranked from the smallest picture to the largest.
///
/// Clients name layers `q`, `h`, `f` (or `2`, `1`, `0`), low to high. A layer's index is its rank among those present, so a
/// track with `q` and `h` has layers 0 and 1, and one with `h` and `f` as well.
package struct LayerMap: Sendable, Hashable {
    /// No client sends more than three layers; more would only cost memory.
    package static let maximumLayers = 3

    /// The ids, lowest layer first.
    ///
    /// Empty for a track sent as a single stream.
    package let rids: [String]

    private static let ranks: [String: Int] = ["q": 0, "h": 1, "f": 2, "2": 0, "1": 1, "0": 2]

    /// Ranks the ids found in a session description, in whatever order and with a leading `~` (paused) or not.
    ///
    /// Ids of no known meaning keep the order they were listed in when none is known, and are otherwise left out: their
    /// packets count as layer 0.
    package init(rids: [String] = []) {
        let names = rids.map { $0.hasPrefix("~") ? String($0.dropFirst()) : $0 }
        let known = names.filter { Self.ranks[$0] != nil }
            .sorted { (Self.ranks[$0] ?? 0) < (Self.ranks[$1] ?? 0) }
        self.rids = Array((known.isEmpty ? names : known).prefix(Self.maximumLayers))
    }

    /// How many layers there are; a track without ids has one.
    package var count: Int { max(1, rids.count) }

    /// The layer a packet with this id belongs to; without an id or with an unknown one, layer 0.
    package func layer(of rid: String?) -> Int {
        guard let rid else { return 0 }
        return rids.firstIndex(of: rid) ?? 0
    }

    /// The id of a layer, nil for a track sent as a single stream.
    package func rid(of layer: Int) -> String? {
        rids.indices.contains(layer) ? rids[layer] : nil
    }
}
