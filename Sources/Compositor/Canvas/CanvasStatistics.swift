/// What a canvas has done since it was made.
public struct CanvasStatistics: Sendable, Hashable {
    /// Calls of `draw`.
    public var frames = 0
    /// Calls of `draw` that found nothing to do.
    public var unchangedFrames = 0
    /// Tiles drawn.
    public var tilesDrawn = 0
    /// Tiles left as they were because nothing in them had changed.
    public var tilesSkipped = 0
    /// Avatars that had to be rendered rather than taken from the cache.
    public var avatarsRendered = 0
}
