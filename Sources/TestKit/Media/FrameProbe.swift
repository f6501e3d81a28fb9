public import Media

/// Measures pictures.
public enum FrameProbe {
    /// The mean of luma over `area`; nil if it does not lie inside the picture.
    public static func meanLuma(_ planes: VideoPlanes, area: FrameArea) -> Double? {
        area.samples(width: planes.width, height: planes.height).map { mean(planes.y, $0.columns, $0.rows) }
    }

    /// The mean of luma over the whole picture.
    public static func meanLuma(_ frame: VideoFrame) -> Double {
        frame.withPlanes { mean($0.y, 0..<$0.width, 0..<$0.height) }
    }

    /// The mean of all three planes over `area`; nil if it does not lie inside the picture.
    public static func meanColor(_ planes: VideoPlanes, area: FrameArea) -> (y: Double, u: Double, v: Double)? {
        guard let luma = area.samples(width: planes.width, height: planes.height) else { return nil }
        let half = FrameArea(x: area.x / 2, y: area.y / 2, width: area.width / 2, height: area.height / 2)
        guard let chroma = half.samples(width: planes.u.width, height: planes.u.height) else { return nil }
        return (
            mean(planes.y, luma.columns, luma.rows), mean(planes.u, chroma.columns, chroma.rows),
            mean(planes.v, chroma.columns, chroma.rows)
        )
    }

    /// The structural similarity of the luma of two pictures of one size: 1 for equal ones, near 0 for unrelated ones.
    ///
    /// Wang et al. 2004 with square windows of 8 × 8 every 4 samples, as x264 and FFmpeg measure it.
    public static func structuralSimilarity(_ first: VideoPlanes, _ second: VideoPlanes) -> Double {
        precondition(first.width == second.width && first.height == second.height, "pictures of one size")
        precondition(first.width >= 8 && first.height >= 8, "at least one window")
        var total = 0.0
        var windows = 0
        for top in stride(from: 0, through: first.height - 8, by: 4) {
            for left in stride(from: 0, through: first.width - 8, by: 4) {
                total += windowSimilarity(first.y, second.y, left: left, top: top)
                windows += 1
            }
        }
        return total / Double(windows)
    }

    /// The structural similarity of a part of a frame with a whole picture, which is scaled to the part's size first.
    ///
    /// The part starts at even coordinates and lies inside the frame.
    public static func structuralSimilarity(
        of frame: VideoPlanes,
        x: Int,
        y: Int,
        width: Int,
        height: Int,
        to reference: VideoFrame
    ) -> Double {
        var scaled = VideoFrameBuffer(width: width, height: height)
        reference.withPlanes { source in scaled.withMutablePlanes { VideoScaler.scale(source, into: $0) } }
        return scaled.freeze().withPlanes {
            structuralSimilarity(frame.cropped(x: x, y: y, width: width, height: height), $0)
        }
    }

    private static func mean(_ plane: VideoPlane, _ columns: Range<Int>, _ rows: Range<Int>) -> Double {
        var sum = 0
        for row in rows {
            let line = plane.row(row)
            for column in columns { sum += Int(line[column]) }
        }
        return Double(sum) / Double(columns.count * rows.count)
    }

    private static func windowSimilarity(_ first: VideoPlane, _ second: VideoPlane, left: Int, top: Int) -> Double {
        var (sumA, sumB, squares, product) = (0, 0, 0, 0)
        for row in top..<top + 8 {
            let lineA = first.base + row * first.stride + left
            let lineB = second.base + row * second.stride + left
            for column in 0..<8 {
                let (a, b) = (Int(lineA[column]), Int(lineB[column]))
                sumA += a
                sumB += b
                squares += a * a + b * b
                product += a * b
            }
        }
        let count = 64.0
        let (meanA, meanB) = (Double(sumA) / count, Double(sumB) / count)
        let variances = Double(squares) / count - meanA * meanA - meanB * meanB
        let covariance = Double(product) / count - meanA * meanB
        // Wang's constants for 8 bits: (0.01 · 255)² and (0.03 · 255)².
        let (c1, c2) = (6.5025, 58.5225)
        return (2 * meanA * meanB + c1) * (2 * covariance + c2)
            / ((meanA * meanA + meanB * meanB + c1) * (variances + c2))
    }
}
