import Media

/// The size at which a source's pictures are shown, in square samples.
struct PictureGeometry: Sendable, Hashable {
    /// Luma samples a row, at least 1.
    let width: Int
    /// Luma rows, at least 1.
    let height: Int

    /// A size in square samples.
    init(width: Int, height: Int) {
        self.width = max(1, width)
        self.height = max(1, height)
    }

    /// A coded size whose samples are `aspect` times as wide as high.
    ///
    /// The side with the denser samples is the one made shorter, so that no sample is invented. An aspect beyond 1:4 or 4:1 is
    /// taken for a broken header and ignored.
    init(width: Int, height: Int, aspect: (numerator: Int, denominator: Int)) {
        let (numerator, denominator) = (Double(aspect.numerator), Double(aspect.denominator))
        guard numerator > 0, denominator > 0, (0.25...4).contains(numerator / denominator) else {
            self.init(width: width, height: height)
            return
        }
        if numerator > denominator {
            self.init(width: width, height: Int((Double(height) * denominator / numerator).rounded()))
        } else {
            self.init(width: Int((Double(width) * numerator / denominator).rounded()), height: height)
        }
    }

    /// The size at which a decoded picture is to be shown.
    init(of frame: VideoFrame) {
        self.init(width: frame.width, height: frame.height, aspect: frame.sampleAspect)
    }

    /// Whether the picture stands upright.
    var isPortrait: Bool { height > width }
}
