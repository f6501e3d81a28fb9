internal import Media
internal import Scene

/// Rendered avatars, the ones not asked for the longest thrown away first.
struct AvatarCache {
    private struct Key: Hashable {
        var avatar: SceneAvatar
        var size: SceneSize
        var background: SceneColor
    }

    private struct Entry {
        var picture: VideoFrame
        var lastUse: Int
    }

    private let pixelLimit: Int
    private var entries: [Key: Entry] = [:]
    private var pixels = 0
    private var clock = 0
    /// How many had to be rendered.
    private(set) var rendered = 0

    /// A cache of up to `pixelLimit` pixels besides the avatar asked for last.
    init(pixelLimit: Int) {
        self.pixelLimit = pixelLimit
    }

    mutating func picture(of avatar: SceneAvatar, size: SceneSize, background: SceneColor) -> VideoFrame {
        clock += 1
        let key = Key(avatar: avatar, size: size, background: background)
        if let entry = entries[key] {
            entries[key]?.lastUse = clock
            return entry.picture
        }
        let picture = AvatarRenderer.render(avatar, size: size, background: background)
        rendered += 1
        makeRoom(for: size.width * size.height)
        entries[key] = Entry(picture: picture, lastUse: clock)
        return picture
    }

    private mutating func makeRoom(for needed: Int) {
        pixels += needed
        while pixels > pixelLimit, let oldest = entries.min(by: { $0.value.lastUse < $1.value.lastUse })?.key {
            entries[oldest] = nil
            pixels -= oldest.size.width * oldest.size.height
        }
    }
}
