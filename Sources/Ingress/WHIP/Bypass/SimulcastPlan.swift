import MediaWire

/// Finds out which layer of a publisher is which, from small to large, by the sizes of their key frames.
///
/// Names tell nothing: publishers call the largest layer `f`, `0`, `high` or `2`. All layers that were offered are
/// awaited for a while. One that is not there by then (browsers begin with the small ones and add others as bandwidth
/// allows) is placed by the order of the offer: where the known ones grow or shrink in that order, so does it, by the
/// factor of two that nearly all publishers use; where only one is known, the first of the offer is taken for the
/// largest (RFC 8853 §5.2 lists layers by decreasing preference). When it comes and is of another rank, the plan says so.
struct SimulcastPlan: Sendable {
    /// A layer in its place.
    struct Layer: Sendable, Hashable {
        var rid: String?
        var width: Int
        var height: Int
        /// Whether the size is that of a key frame, not derived from another layer's.
        var isKnown: Bool
    }

    /// How long further layers are awaited after the first.
    static let patience = Duration.milliseconds(1500)
    /// Sizes that descriptions of tracks can hold.
    private static let sides = 1...65_535

    /// As offered; a single nil without simulcast.
    let rids: [String?]
    private var sizes: [String?: (width: Int, height: Int)] = [:]
    private var first: Instant?

    init(rids: [String]) { self.rids = rids.isEmpty ? [nil] : rids }

    /// A key frame came.
    mutating func sawKeyFrame(rid: String?, width: Int?, height: Int?, at now: Instant) {
        guard rids.contains(rid), let width, let height, Self.sides.contains(width), Self.sides.contains(height)
        else { return }
        sizes[rid] = (width, height)
        first = first ?? now
    }

    /// Whether the layers can be named now.
    func isReady(at now: Instant) -> Bool {
        sizes.count == rids.count || first.map { now >= $0 + Self.patience } ?? false
    }

    /// The layers from small to large; empty while none is known.
    var layers: [Layer] {
        guard !sizes.isEmpty else { return [] }
        let places = rids.enumerated().map { index, rid in
            let size = sizes[rid] ?? derived(index)
            return (index, Layer(rid: rid, width: size.width, height: size.height, isKnown: sizes[rid] != nil))
        }
        let falls = isFalling
        return places.sorted { a, b in
            let (left, right) = (a.1.width * a.1.height, b.1.width * b.1.height)
            // Of two of one size the order of the offer counts.
            return left != right ? left < right : falls ? a.0 > b.0 : a.0 < b.0
        }.map(\.1)
    }

    /// Whether layers assigned from small to large have turned out to be in another order.
    func contradicts(_ assigned: [String?]) -> Bool {
        let areas = assigned.compactMap { sizes[$0] }.map { $0.width * $0.height }
        return zip(areas, areas.dropFirst()).contains { $0 > $1 }
    }

    /// Whether the layers become smaller in the order of the offer.
    private var isFalling: Bool {
        let areas = rids.compactMap { sizes[$0] }.map { $0.width * $0.height }
        guard let head = areas.first, let tail = areas.last, head != tail else { return true }
        return head > tail
    }

    /// The size of a layer not seen yet, from the nearest one seen.
    private func derived(_ index: Int) -> (width: Int, height: Int) {
        let known = rids.indices.filter { sizes[rids[$0]] != nil }
        guard let nearest = known.min(by: { abs($0 - index) < abs($1 - index) }), let size = sizes[rids[nearest]] else {
            return (2, 2)
        }
        let steps = isFalling ? nearest - index : index - nearest
        let scale = { (side: Int) in
            let scaled = steps >= 0 ? side << min(steps, 8) : side >> min(-steps, 8)
            return min(max(2, scaled), Self.sides.upperBound)
        }
        return (scale(size.width), scale(size.height))
    }
}
