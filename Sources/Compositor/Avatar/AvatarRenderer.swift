internal import Media
internal import Scene

/// Draws the stand-in for a participant without a picture: a disc with initials, and below it the name.
enum AvatarRenderer {
    /// The longest name laid out; names come from clients, and no tile shows this much.
    static let maxNameLength = 120

    /// An avatar that fills a tile of `size`, which is even and positive.
    static func render(_ avatar: SceneAvatar, size: SceneSize, background: SceneColor) -> VideoFrame {
        let surface = DrawingSurface(size: size, background: background)
        let (width, height) = (Double(size.width), Double(size.height))
        let diameter = min(width * 0.7, height * 0.46)
        // Below 60 rows a name could not be read; the disc then has the tile for itself.
        let hasName = !avatar.name.isEmpty && height >= 60
        let centerY = hasName ? height * 0.44 : height / 2
        surface.fillCircle(centerX: width / 2, centerY: centerY, radius: diameter / 2, color: avatar.color)
        surface.draw(
            String(avatar.initials.prefix(4)),
            centerX: width / 2,
            centerY: centerY,
            pixels: diameter * 0.4,
            maxWidth: diameter,
            isBold: true,
            color: avatar.textColor
        )
        if hasName {
            surface.draw(
                String(avatar.name.prefix(maxNameLength)),
                centerX: width / 2,
                centerY: height * 0.8,
                pixels: min(40, max(10, height * 0.07)),
                maxWidth: width * 0.9,
                isBold: false,
                color: nameColor(on: background)
            )
        }
        return surface.picture()
    }

    /// The name stands on the tile's background, not on the disc: light on dark, dark on light.
    private static func nameColor(on background: SceneColor) -> SceneColor {
        PlaneColor(background).y > 140
            ? SceneColor(red: 0x22, green: 0x26, blue: 0x2E) : SceneColor(red: 0xE8, green: 0xEA, blue: 0xEE)
    }
}
