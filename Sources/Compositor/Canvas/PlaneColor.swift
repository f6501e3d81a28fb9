internal import Media
internal import Scene

/// A colour as the three samples of a BT.601 limited-range picture, which the canvas is.
struct PlaneColor: Hashable {
    let y: UInt8
    let u: UInt8
    let v: UInt8

    /// BT.601 §2.5 in 8.8 fixed point.
    init(_ color: SceneColor) {
        let (r, g, b) = (Int(color.red), Int(color.green), Int(color.blue))
        y = UInt8(clamping: (66 * r + 129 * g + 25 * b + 128) >> 8 + 16)
        u = UInt8(clamping: (-38 * r - 74 * g + 112 * b + 128) >> 8 + 128)
        v = UInt8(clamping: (112 * r - 94 * g - 18 * b + 128) >> 8 + 128)
    }
}

extension MutableVideoPlanes {
    /// The part of the picture that `rect` names.
    func part(_ rect: SceneRect) -> MutableVideoPlanes {
        cropped(x: rect.x, y: rect.y, width: rect.width, height: rect.height)
    }

    func fill(_ color: PlaneColor) {
        fill(y: color.y, u: color.u, v: color.v)
    }

    /// Fills what of `outer` lies outside `inner`, which lies inside it.
    func fill(_ color: PlaneColor, around inner: SceneRect, in outer: SceneRect) {
        let bottom = inner.y + inner.height
        let right = inner.x + inner.width
        for bar in [
            SceneRect(x: outer.x, y: outer.y, width: outer.width, height: inner.y - outer.y),
            SceneRect(x: outer.x, y: bottom, width: outer.width, height: outer.y + outer.height - bottom),
            SceneRect(x: outer.x, y: inner.y, width: inner.x - outer.x, height: inner.height),
            SceneRect(x: right, y: inner.y, width: outer.x + outer.width - right, height: inner.height),
        ] where bar.width > 0 && bar.height > 0 {
            part(bar).fill(color)
        }
    }
}
