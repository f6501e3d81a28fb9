public import Media
public import Scene

/// The frame a scene is drawn in.
///
/// One I420 buffer lives as long as the canvas, and a tile is touched only when what it shows has changed: another picture
/// (another `VideoFrame` object), another stand-in, or a change in a tile below it. A change of the plan repaints everything.
/// Pictures are scaled straight from the decoder's planes into their place.
///
/// The canvas is BT.601 limited range, which is what unflagged WebRTC pictures are; a picture flagged as something else is
/// converted in its tile.
///
/// Confined to one thread.
public final class Canvas {
    /// The frame's size.
    public let size: SceneSize
    /// What has been done so far.
    public private(set) var statistics = CanvasStatistics()
    /// What the canvas' numbers mean; an encoder of its frames is to be told.
    public static let color = VideoColor.bt601

    private var buffer: VideoFrameBuffer
    private let frame: VideoFrame
    private var avatars: AvatarCache
    private var masks: [Int: CornerMask] = [:]
    private var plan: ScenePlan?
    private var tiles: [CanvasTile] = []

    /// A canvas of an even, positive size.
    public init(size: SceneSize) {
        precondition(size.width >= 2 && size.height >= 2, "a canvas has a size")
        precondition(size.width % 2 == 0 && size.height % 2 == 0, "a canvas has an even size")
        self.size = size
        buffer = VideoFrameBuffer(width: size.width, height: size.height, color: Canvas.color)
        frame = buffer.view()
        // Every avatar of a full frame several times over, as when tiles change places.
        avatars = AvatarCache(pixelLimit: size.width * size.height * 8)
    }

    /// Brings the frame up to date and returns it.
    ///
    /// `picture` is asked for the latest picture of each source that `plan` shows by picture. The returned frame is the same
    /// object every time and shows the canvas' own memory: it is valid until the next call, which may write it.
    public func draw(plan: ScenePlan, picture: (_ sourceID: String) -> VideoFrame?) -> VideoFrame {
        precondition(plan.size == size, "the plan is for a frame of \(plan.size.width)×\(plan.size.height)")
        let drawnBefore = statistics.tilesDrawn
        let isNewPlan = plan != self.plan
        if isNewPlan {
            self.plan = plan
            tiles = CanvasTile.tiles(of: plan)
            buffer.withMutablePlanes { $0.fill(PlaneColor(plan.background)) }
        }
        var dirty = 0
        for index in tiles.indices {
            let face = face(of: tiles[index].placed, picture: picture)
            let isCovered = tiles[index].isAbove.contains { tiles[$0].isDirty }
            tiles[index].isDirty = isNewPlan || isCovered || face != tiles[index].face
            if tiles[index].isDirty {
                draw(face, in: index, isWhole: isNewPlan || isCovered)
                dirty += 1
            }
        }
        statistics.frames += 1
        statistics.tilesDrawn += dirty
        statistics.tilesSkipped += tiles.count - dirty
        if !isNewPlan && drawnBefore == statistics.tilesDrawn { statistics.unchangedFrames += 1 }
        return frame
    }

    private func face(of tile: PlacedTile, picture: (String) -> VideoFrame?) -> TileFace {
        switch tile.content {
        case .avatar(let avatar): return .avatar(avatar)
        case .picture:
            if let frame = picture(tile.sourceID) { return .picture(frame) }
            return tile.standIn.map { .avatar($0) } ?? .nothing
        }
    }

    private func draw(_ face: TileFace, in index: Int, isWhole: Bool) {
        let tile = tiles[index].placed
        // Rounding blends, so that what it touched has to be drawn afresh each time.
        let before = isWhole || tile.cornerRadius > 0 ? nil : tiles[index].face.geometry(in: tile)
        tiles[index].face = face
        let background = PlaneColor(tile.background)
        switch face {
        case .nothing:
            buffer.withMutablePlanes { $0.part(tile.rect).fill(background) }
        case .avatar(let avatar):
            let rendered = avatars.picture(of: avatar, size: tile.rect.size, background: tile.background)
            statistics.avatarsRendered = avatars.rendered
            rendered.withPlanes { source in
                buffer.withMutablePlanes { VideoScaler.scale(source, into: $0.part(tile.rect)) }
            }
        case .picture(let picture):
            let geometry = FitGeometry(
                picture: SceneSize(width: picture.width, height: picture.height),
                in: tile.rect,
                fit: tile.fit
            )
            draw(picture, by: geometry)
            // The bars beside a picture stay as they are from one picture to the next.
            if before?.target != geometry.target {
                buffer.withMutablePlanes { $0.fill(background, around: geometry.target, in: tile.rect) }
            }
        }
        roundCorners(of: tile)
    }

    private func draw(_ picture: VideoFrame, by geometry: FitGeometry) {
        let source = geometry.source
        picture.withPlanes { planes in
            buffer.withMutablePlanes { canvas in
                let target = canvas.part(geometry.target)
                let crop = planes.cropped(x: source.x, y: source.y, width: source.width, height: source.height)
                VideoScaler.scale(crop, into: target)
                ColorConverter.convert(target, from: picture.color, to: Canvas.color)
            }
        }
    }

    private func roundCorners(of tile: PlacedTile) {
        let radius = min(tile.cornerRadius, min(tile.rect.width, tile.rect.height) / 2) & ~1
        guard radius >= 2, let plan else { return }
        let mask = masks[radius] ?? CornerMask(radius: radius)
        masks[radius] = mask
        buffer.withMutablePlanes { mask.apply(to: $0.part(tile.rect), color: PlaneColor(plan.background)) }
    }
}
