/// A width and a height in pixels.
public struct SceneSize: Hashable, Sendable {
    /// Pixels from left to right.
    public var width: Int
    /// Pixels from top to bottom.
    public var height: Int

    /// A size in pixels.
    public init(width: Int, height: Int) {
        self.width = width
        self.height = height
    }

    var isPortrait: Bool { height > width }
}

/// A rectangle of pixels; in a plan every edge is even, so that 4:2:0 chroma planes can be cut at it.
public struct SceneRect: Hashable, Sendable {
    /// Distance of the left edge from the frame's left edge.
    public var x: Int
    /// Distance of the top edge from the frame's top edge.
    public var y: Int
    /// Pixels from left to right.
    public var width: Int
    /// Pixels from top to bottom.
    public var height: Int

    /// A rectangle by its corner and its size.
    public init(x: Int, y: Int, width: Int, height: Int) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The rectangle's width and height.
    public var size: SceneSize { SceneSize(width: width, height: height) }

    /// The rectangle between four exact edges, each moved to the nearest even pixel, so that neighbours neither overlap
    /// nor drift apart; at least 2×2.
    init(left: Double, top: Double, right: Double, bottom: Double) {
        let x = nearestEven(left)
        let y = nearestEven(top)
        self.init(x: x, y: y, width: max(2, nearestEven(right) - x), height: max(2, nearestEven(bottom) - y))
    }
}

private func nearestEven(_ value: Double) -> Int {
    Int((value / 2).rounded(.down)) * 2 + (value - (value / 2).rounded(.down) * 2 >= 1 ? 2 : 0)
}
