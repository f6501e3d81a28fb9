/// A rectangle in a frame, in luma samples, which need not lie inside it.
public struct FrameArea: Hashable, Sendable {
    /// The left edge.
    public var x: Double
    /// The upper edge.
    public var y: Double
    /// The distance from the left to the right edge.
    public var width: Double
    /// The distance from the upper to the lower edge.
    public var height: Double

    /// A rectangle by its upper left corner and size.
    public init(x: Double, y: Double, width: Double, height: Double) {
        self.x = x
        self.y = y
        self.width = width
        self.height = height
    }

    /// The rectangle without the given part of its sides at each edge.
    public func inset(by part: Double) -> FrameArea {
        FrameArea(
            x: x + width * part,
            y: y + height * part,
            width: width * (1 - 2 * part),
            height: height * (1 - 2 * part)
        )
    }

    /// The whole samples inside the rectangle, at least one a side, or nil if it does not lie inside the frame.
    func samples(width frameWidth: Int, height frameHeight: Int) -> (columns: Range<Int>, rows: Range<Int>)? {
        let left = Int(x.rounded())
        let top = Int(y.rounded())
        let right = max(left + 1, Int((x + width).rounded()))
        let bottom = max(top + 1, Int((y + height).rounded()))
        guard left >= 0, top >= 0, right <= frameWidth, bottom <= frameHeight else { return nil }
        return (left..<right, top..<bottom)
    }
}
