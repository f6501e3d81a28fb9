/// What bandwidth allows one subscription: the seam for an allocator that watches a subscriber's downlink.
///
/// Nothing limits it yet, every subscription has `.unlimited`.
package struct LayerBudget: Sendable, Hashable {
    /// The highest layer that fits.
    package var highestLayer: Int

    /// A budget up to and including a layer.
    package init(highestLayer: Int) {
        self.highestLayer = highestLayer
    }

    /// No limit.
    package static let unlimited = LayerBudget(highestLayer: .max)
}
