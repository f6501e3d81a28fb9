internal import Scene

/// Which part of a picture goes to which part of a tile.
struct FitGeometry: Hashable {
    /// The part of the picture that is shown, in its own samples; starts at even coordinates.
    var source: SceneRect
    /// The part of the frame it is drawn in; all edges even.
    var target: SceneRect

    /// `rect` must have even edges and not be empty, `picture` must not be empty.
    init(picture: SceneSize, in rect: SceneRect, fit: PictureFit) {
        let horizontal = Double(rect.width) / Double(picture.width)
        let vertical = Double(rect.height) / Double(picture.height)
        source = SceneRect(x: 0, y: 0, width: picture.width, height: picture.height)
        target = rect
        switch fit {
        case .contain:
            let scale = min(horizontal, vertical)
            let width = FitGeometry.even(Double(picture.width) * scale, within: rect.width)
            let height = FitGeometry.even(Double(picture.height) * scale, within: rect.height)
            target = SceneRect(
                x: rect.x + ((rect.width - width) / 2 & ~1),
                y: rect.y + ((rect.height - height) / 2 & ~1),
                width: width,
                height: height
            )
        case .cover:
            let scale = max(horizontal, vertical)
            let width = FitGeometry.whole(Double(rect.width) / scale, within: picture.width)
            let height = FitGeometry.whole(Double(rect.height) / scale, within: picture.height)
            source = SceneRect(
                x: (picture.width - width) / 2 & ~1,
                y: (picture.height - height) / 2 & ~1,
                width: width,
                height: height
            )
        }
    }

    private static func whole(_ length: Double, within limit: Int) -> Int {
        min(limit, max(1, Int(length.rounded())))
    }

    private static func even(_ length: Double, within limit: Int) -> Int {
        min(limit, max(2, Int((length / 2).rounded()) * 2))
    }
}
