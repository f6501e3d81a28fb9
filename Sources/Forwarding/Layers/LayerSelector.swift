/// Chooses which layer of a track one subscriber gets, packet by packet.
///
/// Three values: the *maximum* is what the subscriber asked for, the *target* is the best layer alive within maximum and
/// budget, the *current* layer is what is being forwarded. Current moves towards target only on a key frame of the layer
/// moved to; until then the old layer goes on, so the picture never breaks.
package struct LayerSelector: Sendable {
    /// What to do with a packet.
    package enum Decision: Sendable, Hashable {
        /// Not for this subscriber.
        case drop
        /// Belongs to what is being forwarded.
        case forward
        /// The first packet of a key frame from which this layer is forwarded.
        case switchLayer
    }

    /// The highest layer the subscriber wants.
    package private(set) var maximum: Int
    /// The layer to move to; nil while no layer is alive.
    package private(set) var target: Int?
    /// The layer being forwarded; nil before the first key frame.
    package private(set) var current: Int?

    /// Wants everything up to `maximum`; forwards nothing yet.
    package init(maximum: Int) {
        self.maximum = maximum
    }

    /// Takes a new wish, a new budget or a change in what is alive.
    package mutating func retarget(maximum: Int, budget: LayerBudget, live: LayerSet) {
        self.maximum = maximum
        target = live.best(atMost: min(maximum, budget.highestLayer))
    }

    /// Forgets the current layer: the next packet forwarded will be a key frame's.
    package mutating func reset() {
        current = nil
    }

    /// Decides about a packet of `layer`.
    package mutating func decide(layer: Int, startsKeyFrame: Bool) -> Decision {
        if startsKeyFrame, wants(layer) {
            current = layer
            return .switchLayer
        }
        return layer == current ? .forward : .drop
    }

    /// The layer a key frame is needed from before anything (or anything better) can be shown.
    package var awaitedLayer: Int? {
        target == current ? nil : target
    }

    private func wants(_ layer: Int) -> Bool {
        guard let target else { return current == nil && layer <= maximum }
        guard let current else { return layer <= target }
        if layer > current { return layer <= target }
        return layer < current && layer >= target
    }
}
