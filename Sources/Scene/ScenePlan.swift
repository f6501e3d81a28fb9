/// What a frame looks like: a background and tiles on it.
///
/// Equal plans are equal pictures as far as geometry goes.
public struct ScenePlan: Hashable, Sendable {
    /// The frame's size.
    public var size: SceneSize
    /// The colour where no tile is.
    public var background: SceneColor
    /// The tiles, in drawing order (lowest `z` first); stock layouts never overlap them.
    public var tiles: [PlacedTile]

    /// A frame of tiles on a background.
    public init(size: SceneSize, background: SceneColor, tiles: [PlacedTile]) {
        self.size = size
        self.background = background
        self.tiles = tiles
    }
}

/// One source's place in a frame.
public struct PlacedTile: Hashable, Sendable {
    /// The source shown, `SceneSource.id`.
    public var sourceID: String
    /// Where it is drawn; every edge is even.
    public var rect: SceneRect
    /// How the picture is fitted into `rect`.
    public var fit: PictureFit
    /// What is drawn.
    public var content: TileContent
    /// What stands in while the source has a live picture of which nothing was decoded yet; nil leaves the background.
    public var standIn: SceneAvatar?
    /// The colour beside a contained picture, and behind an avatar.
    public var background: SceneColor
    /// Radius of the rounded corners in pixels, 0 for square ones.
    public var cornerRadius: Int
    /// Higher is drawn over lower.
    public var z: Int

    /// A tile with everything needed to draw it.
    public init(
        sourceID: String,
        rect: SceneRect,
        fit: PictureFit,
        content: TileContent,
        standIn: SceneAvatar? = nil,
        background: SceneColor = .black,
        cornerRadius: Int = 0,
        z: Int = 0
    ) {
        self.sourceID = sourceID
        self.rect = rect
        self.fit = fit
        self.content = content
        self.standIn = standIn
        self.background = background
        self.cornerRadius = cornerRadius
        self.z = z
    }

    /// The tile as it is drawn while no picture of its source is at hand: its stand-in, if it has one.
    public func withoutPicture() -> PlacedTile {
        guard content == .picture, let standIn else { return self }
        var tile = self
        tile.content = .avatar(standIn)
        return tile
    }

    /// The size a picture of `pictureSize` needs to be received in to fill this tile without being enlarged.
    ///
    /// It is the tile's own size while the picture's is unknown. Nil for an avatar, which needs no picture.
    public func desiredPictureSize(pictureSize: SceneSize?) -> SceneSize? {
        guard content == .picture else { return nil }
        guard let picture = pictureSize, picture.width > 0, picture.height > 0 else { return rect.size }
        let horizontal = Double(rect.width) / Double(picture.width)
        let vertical = Double(rect.height) / Double(picture.height)
        let scale = fit == .contain ? min(horizontal, vertical) : max(horizontal, vertical)
        return SceneSize(
            width: Int((Double(picture.width) * scale).rounded()),
            height: Int((Double(picture.height) * scale).rounded())
        )
    }
}

/// How a picture is fitted into a rectangle of another aspect.
public enum PictureFit: String, Hashable, Sendable, CaseIterable {
    /// The whole picture, centred, with background beside it.
    case contain
    /// The whole rectangle, centred, with the picture's edges cut off.
    case cover
}

/// What a tile draws.
public enum TileContent: Hashable, Sendable {
    /// The source's picture.
    case picture
    /// A stand-in made from the participant's name.
    case avatar(SceneAvatar)
}

/// A stand-in for a participant without a picture: a disc with initials, and the name.
public struct SceneAvatar: Hashable, Sendable {
    /// One or two letters; empty if the participant has neither a name nor an identity.
    public var initials: String
    /// The name to write under the disc; may be empty.
    public var name: String
    /// The disc's colour, always the same for the same participant.
    public var color: SceneColor
    /// The colour of the text.
    public var textColor: SceneColor

    /// An avatar with its text and colours.
    public init(initials: String, name: String, color: SceneColor, textColor: SceneColor = .white) {
        self.initials = initials
        self.name = name
        self.color = color
        self.textColor = textColor
    }
}
