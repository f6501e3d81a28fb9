internal import CYUV
internal import Media
internal import Scene

/// A colour as the three samples of a BT.601 limited-range picture, which the canvas is.
struct PlaneColor: Hashable {
    let y: UInt8
    let u: UInt8
    let v: UInt8

    /// Computed as avatars are, so that the same colour is the same sample wherever it is drawn.
    init(_ color: SceneColor) {
        // A block of 2 × 2 pixels, which is one sample of chroma; libyuv's ARGB lies in memory as B, G, R, A.
        let pixel = [color.blue, color.green, color.red, 255]
        let block = pixel + pixel + pixel + pixel
        var luma: (UInt8, UInt8, UInt8, UInt8) = (0, 0, 0, 0)
        var (u, v): (UInt8, UInt8) = (0, 0)
        withUnsafeMutableBytes(of: &luma) { luma in
            guard let base = luma.baseAddress?.assumingMemoryBound(to: UInt8.self) else { return }
            ARGBToI420(block, 8, base, 2, &u, 1, &v, 1, 2, 2)
        }
        (y, self.u, self.v) = (luma.0, u, v)
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
