import Media

/// Draws the moving picture of a synthetic camera or screen.
struct TestPicture: ~Copyable {
    /// What is drawn.
    enum Motif: Sendable {
        /// A slow gradient of one colour (hue 0…1) with a ball that bounces.
        case camera(hue: Double)
        /// Lines of text-like blocks that scroll.
        case screen
    }

    let motif: Motif
    private let pool: VideoFramePool

    init(motif: Motif, width: Int, height: Int) {
        self.motif = motif
        pool = VideoFramePool(width: width, height: height)
    }

    /// The picture at a time in seconds.
    func frame(at seconds: Double) -> VideoFrame {
        var buffer = pool.makeBuffer()
        buffer.withMutablePlanes { planes in
            switch motif {
            case .camera(let hue): Self.drawCamera(planes, hue: hue, at: seconds)
            case .screen: Self.drawScreen(planes, at: seconds)
            }
        }
        return buffer.freeze()
    }

    private static func drawCamera(_ planes: MutableVideoPlanes, hue: Double, at seconds: Double) {
        let (width, height) = (planes.width, planes.height)
        let (u, v) = chroma(hue: hue)
        let shift = Int(seconds * 20)
        for y in 0..<height {
            let row = planes.y.row(y)
            for x in 0..<width {
                row[x] = UInt8(60 + ((x + y + shift) & 127) / 2 + y * 60 / height)
            }
        }
        fill(planes.u, u)
        fill(planes.v, v)
        let radius = height / 8
        let ball = (
            x: bounce(seconds * 0.31, span: width - 2 * radius) + radius,
            y: bounce(seconds * 0.47, span: height - 2 * radius) + radius
        )
        for y in max(0, ball.y - radius)..<min(height, ball.y + radius) {
            let dy = y - ball.y
            let half = Int(Double(radius * radius - dy * dy).squareRoot())
            let row = planes.y.row(y)
            for x in max(0, ball.x - half)..<min(width, ball.x + half) { row[x] = 225 }
        }
    }

    private static func drawScreen(_ planes: MutableVideoPlanes, at seconds: Double) {
        let (width, height) = (planes.width, planes.height)
        let scroll = Int(seconds * 30)
        let line = max(8, height / 24)
        for y in 0..<height {
            let row = planes.y.row(y)
            let number = (y + scroll) / line
            let isText = (y + scroll) % line < line * 2 / 3
            for x in 0..<width {
                // Words of a width that a small hash gives, so that lines differ.
                let word = (x / (line / 2)) &* 2_654_435_761 &+ number &* 40_503
                let isInk = isText && (word >> 7) & 3 != 0 && x > line && x < width - line * (1 + number & 7)
                row[x] = isInk ? 50 : 232
            }
        }
        fill(planes.u, 128)
        fill(planes.v, 128)
    }

    private static func fill(_ plane: MutableVideoPlane, _ value: UInt8) {
        for y in 0..<plane.height { plane.row(y).update(repeating: value) }
    }

    /// Back and forth over `span` samples, once in two units of `phase`.
    private static func bounce(_ phase: Double, span: Int) -> Int {
        let part = phase.truncatingRemainder(dividingBy: 2)
        return Int((part < 1 ? part : 2 - part) * Double(max(0, span)))
    }

    /// BT.601 chroma of a hue at a fixed saturation: a point on a circle around grey.
    private static func chroma(hue: Double) -> (UInt8, UInt8) {
        let corners: [(Double, Double)] = [(-40, 60), (-55, -10), (-30, -55), (40, -50), (60, 5), (15, 60)]
        let place = hue * Double(corners.count)
        let index = Int(place) % corners.count
        let next = (index + 1) % corners.count
        let part = place - place.rounded(.down)
        let u = corners[index].0 * (1 - part) + corners[next].0 * part
        let v = corners[index].1 * (1 - part) + corners[next].1 * part
        return (UInt8(clamping: Int(128 + u)), UInt8(clamping: Int(128 + v)))
    }
}
