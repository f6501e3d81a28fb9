internal import CYUV

/// Scales I420 pictures, straight from the source's planes into the target's.
public enum VideoScaler {
    /// Scales the whole of `source` to the whole of `target`.
    ///
    /// Reductions below a half average every source sample (box filter); anything else is interpolated bilinearly, which
    /// libyuv chooses by itself when asked for the box. Equal sizes are copied.
    public static func scale(_ source: VideoPlanes, into target: MutableVideoPlanes) {
        let status = I420Scale(
            source.y.base,
            Int32(source.y.stride),
            source.u.base,
            Int32(source.u.stride),
            source.v.base,
            Int32(source.v.stride),
            Int32(source.width),
            Int32(source.height),
            target.y.base,
            Int32(target.y.stride),
            target.u.base,
            Int32(target.u.stride),
            target.v.base,
            Int32(target.v.stride),
            Int32(target.width),
            Int32(target.height),
            kFilterBox
        )
        precondition(status == 0, "libyuv scales every valid picture")
    }
}
