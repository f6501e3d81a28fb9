internal import Media
internal import Scene

/// A tile as it stands on the canvas.
struct CanvasTile {
    /// Where and how.
    var placed: PlacedTile
    /// What was last drawn.
    var face = TileFace.nothing
    /// The tiles drawn earlier that it covers a part of.
    var isAbove: [Int] = []
    /// Whether it was drawn in the current frame.
    var isDirty = false

    /// The tiles of a plan in drawing order.
    ///
    /// What lies outside the frame is cut off.
    static func tiles(of plan: ScenePlan) -> [CanvasTile] {
        var tiles: [CanvasTile] = []
        for placed in plan.tiles {
            guard let rect = placed.rect.clipped(to: plan.size) else { continue }
            var tile = CanvasTile(placed: placed)
            tile.placed.rect = rect
            tile.isAbove = tiles.indices.filter { tiles[$0].placed.rect.intersects(rect) }
            tiles.append(tile)
        }
        return tiles
    }
}

/// What a tile shows.
enum TileFace: Equatable {
    case nothing
    case avatar(SceneAvatar)
    /// Held on to, so that its identity cannot be taken over by another picture.
    case picture(VideoFrame)

    static func == (left: TileFace, right: TileFace) -> Bool {
        switch (left, right) {
        case (.nothing, .nothing): true
        case (.avatar(let first), .avatar(let second)): first == second
        case (.picture(let first), .picture(let second)): first === second
        default: false
        }
    }

    /// Where in `tile` the picture lies, if it is one.
    func geometry(in tile: PlacedTile) -> FitGeometry? {
        guard case .picture(let picture) = self else { return nil }
        let size = SceneSize(width: picture.width, height: picture.height)
        return FitGeometry(picture: size, in: tile.rect, fit: tile.fit)
    }
}

extension SceneRect {
    /// The part inside a frame with its edges made even, or nil if none is left.
    func clipped(to size: SceneSize) -> SceneRect? {
        let left = max(0, x) & ~1
        let top = max(0, y) & ~1
        let right = min(size.width, x + width) & ~1
        let bottom = min(size.height, y + height) & ~1
        guard right > left, bottom > top else { return nil }
        return SceneRect(x: left, y: top, width: right - left, height: bottom - top)
    }

    func intersects(_ other: SceneRect) -> Bool {
        x < other.x + other.width && other.x < x + width && y < other.y + other.height && other.y < y + height
    }
}
