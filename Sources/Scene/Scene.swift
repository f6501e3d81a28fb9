/// A layout: a pure function from the sources of a room to the tiles of a frame.
///
/// A scene is read from a file in the layout language (`docs/layouts.md`). The path from sources to tiles is:
///
/// 1. `alternatives`: the first whose condition holds takes over altogether (a screen share turns a grid into a speaker layout);
/// 2. `rules` choose the sources: by kind, and whether a picture is needed or an avatar may stand in;
/// 3. `order` sorts them; `SceneState` keeps that order visually stable from frame to frame: who is on the visible page stays
///    where it is, and somebody who speaks from a later page swaps places with whoever has been silent the longest;
/// 4. `arrangement` turns the first so many into rectangles.
public struct Scene: Sendable, Hashable {
    /// The name it is asked for by.
    public let name: String
    let background: SceneColor
    let tile: TileStyle
    let avatar: AvatarStyle
    let rules: [SourceRule]
    let order: [OrderKey]
    let arrangement: Arrangement
    let alternatives: [Alternative]
}

/// How tiles look.
struct TileStyle: Sendable, Hashable {
    var background: SceneColor = .black
    var cornerRadius = 0
    /// Nil: cover for landscape cameras, contain for portrait ones and for screens, which must not lose their edges.
    var fit: PictureFit?
}

/// How avatars look.
struct AvatarStyle: Sendable, Hashable {
    var textColor: SceneColor = .white
    var palette: [SceneColor] = [SceneColor(red: 0x4F, green: 0x6B, blue: 0xD8)]
}

/// Which sources have a tile.
struct SourceRule: Sendable, Hashable {
    enum Picture: String, CaseIterable {
        /// Without a picture there is no tile.
        case required
        /// Without a picture an avatar stands in.
        case optional
    }

    var kind: SceneSourceKind
    var picture: Picture
}

/// What comes before what; earlier keys weigh more.
enum OrderKey: String, Sendable, Hashable, CaseIterable {
    /// Screens before cameras.
    case screenShare = "screen_share"
    /// Whoever spoke most recently first.
    case speaking
    /// Sources with a picture before those without.
    case picture
    /// Who came first stands first.
    case joined
}

/// How tiles are laid out.
enum Arrangement: Sendable, Hashable {
    /// Equal tiles in rows.
    case grid(GridArrangement)
    /// One large tile and a line of small ones.
    case stage(StageArrangement)
    /// One tile over the whole frame; the tile changes hands at most once in `hold` seconds.
    case single(hold: Double)
}

/// Equal tiles in rows, the number of columns from a table.
struct GridArrangement: Sendable, Hashable {
    /// One line of the table: up to `tiles` tiles stand in `columns` columns.
    struct Row: Sendable, Hashable {
        var tiles: Int
        var columns: Int
        /// Columns where the frame is higher than wide.
        var portraitColumns: Int?
        /// Below this frame width there is one column fewer.
        var narrow: Int?
    }

    /// Where an incomplete last row stands.
    enum LastRow: String, Sendable, CaseIterable {
        case start
        case centre
    }

    /// In pixels.
    var gap: Int
    var lastRow: LastRow
    /// Ordered by `tiles`; the last one's `tiles` is the size of a page.
    var table: [Row]
}

/// One large tile and a line of small ones.
struct StageArrangement: Sendable, Hashable {
    /// The edge the small tiles stand at.
    enum Side: String, Sendable, CaseIterable {
        case left
        case right
        case top
        case bottom
    }

    /// Pixels between stage and carousel.
    var gap: Int
    /// Shortest time between two changes of the stage, in seconds.
    var hold: Double
    var landscape: Side
    var portrait: Side
    /// The carousel's part of the frame, 0…1.
    var share: Double
    /// Width to height of a small tile.
    var aspect: Double
    /// Pixels between small tiles.
    var tileGap: Int
    /// Most small tiles at a time; nil: as many as fit.
    var maxTiles: Int?
}

/// Another scene that takes over under a condition.
struct Alternative: Sendable, Hashable {
    enum Condition: Sendable, Hashable {
        /// Whether a screen is being shared.
        case screenShare(Bool)
    }

    var condition: Condition
    var scene: Scene
}
