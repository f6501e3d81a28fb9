/// Makes whole pictures of interlaced ones, at the same rate.
///
/// The lines of the field that was taken first stay as they are. A sample of the other field stays where it lies between its
/// neighbours above and below, as it does where nothing moved; where it sticks out, which is what a comb is made of, it
/// becomes their mean. Still pictures thus keep their full detail, and pictures that are only flagged as interlaced lose next
/// to nothing.
public enum Deinterlacer {
    /// How far a sample may stick out, of 255: less is noise.
    private static let tolerance = 10

    /// Writes the whole of `source` into `target`, which has the same size.
    public static func deinterlace(_ source: VideoPlanes, topFieldFirst: Bool, into target: MutableVideoPlanes) {
        precondition(source.width == target.width && source.height == target.height, "pictures of one size")
        deinterlace(source.y, topFieldFirst, into: target.y)
        deinterlace(source.u, topFieldFirst, into: target.u)
        deinterlace(source.v, topFieldFirst, into: target.v)
    }

    private static func deinterlace(_ source: VideoPlane, _ topFieldFirst: Bool, into target: MutableVideoPlane) {
        for row in 0..<source.height {
            let line = target.base + row * target.stride
            line.update(from: source.base + row * source.stride, count: source.width)
            let isOfFirstField = (row % 2 == 0) == topFieldFirst
            if !isOfFirstField, source.height > 1 { mend(line, of: source, row: row) }
        }
    }

    private static func mend(_ line: UnsafeMutablePointer<UInt8>, of source: VideoPlane, row: Int) {
        // The outermost lines have one neighbour only.
        let above = source.base + (row > 0 ? row - 1 : row + 1) * source.stride
        let below = source.base + (row + 1 < source.height ? row + 1 : row - 1) * source.stride
        for column in 0..<source.width {
            let (a, b, own) = (Int(above[column]), Int(below[column]), Int(line[column]))
            guard own < min(a, b) - tolerance || own > max(a, b) + tolerance else { continue }
            line[column] = UInt8((a + b + 1) / 2)
        }
    }
}
