internal import Media

/// Rounds the corners of a tile by laying the frame's background over what lies outside the quarter circles.
struct CornerMask {
    /// The radius in luma samples, even.
    let radius: Int
    private let luma: [UInt8]
    private let chroma: [UInt8]

    init(radius: Int) {
        self.radius = radius & ~1
        luma = CornerMask.coverage(radius: self.radius)
        chroma = CornerMask.coverage(radius: self.radius / 2)
    }

    /// How much of each sample of an upper left corner lies outside the circle, 0…255, row by row; smoothed over a sample.
    private static func coverage(radius: Int) -> [UInt8] {
        (0..<radius * radius).map { index in
            let dx = Double(radius) - Double(index % radius) - 0.5
            let dy = Double(radius) - Double(index / radius) - 0.5
            let outside = (dx * dx + dy * dy).squareRoot() - Double(radius) + 0.5
            return UInt8((min(1, max(0, outside)) * 255).rounded())
        }
    }

    /// Rounds the corners of `tile`, which is at least two radii wide and high.
    func apply(to tile: MutableVideoPlanes, color: PlaneColor) {
        blend(tile.y, luma, radius, color.y)
        blend(tile.u, chroma, radius / 2, color.u)
        blend(tile.v, chroma, radius / 2, color.v)
    }

    private func blend(_ plane: MutableVideoPlane, _ coverage: [UInt8], _ radius: Int, _ value: UInt8) {
        for row in 0..<radius {
            for line in [plane.row(row), plane.row(plane.height - 1 - row)] {
                for column in 0..<radius {
                    let part = Int(coverage[row * radius + column])
                    // Coverage only falls from the corner inwards.
                    if part == 0 { break }
                    for x in [column, plane.width - 1 - column] {
                        line[x] = UInt8((Int(line[x]) * (255 - part) + Int(value) * part + 127) / 255)
                    }
                }
            }
        }
    }
}
