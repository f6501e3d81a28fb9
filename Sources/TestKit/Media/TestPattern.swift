public import Media
public import MediaWire

/// A source of pictures that say which source they are from and which frame they are, in a way that survives scaling,
/// compression and composition.
///
/// Each picture has a coloured, textured background by its source's number, a box that moves with the frame number, and a
/// strip of 24 black and white cells: 4 bits of source, 16 bits of frame number, 4 bits of checksum. The strip lies so that
/// a fit that cuts a tenth off any edge leaves it whole.
public struct TestPattern: Sendable {
    /// The source's number, 0…15.
    public let id: Int
    /// Luma samples a row.
    public let width: Int
    /// Luma rows.
    public let height: Int

    /// A source's pictures in one size.
    public init(id: Int, width: Int, height: Int) {
        precondition((0...15).contains(id), "the strip has four bits for the source")
        self.id = id
        self.width = width
        self.height = height
    }

    /// What the strip of a picture says.
    public struct Label: Hashable, Sendable {
        /// The source's number.
        public var id: Int
        /// The frame number, modulo 65536.
        public var number: Int

        /// A label by its parts.
        public init(id: Int, number: Int) {
            self.id = id
            self.number = number
        }
    }

    /// The chroma of a source's background, far enough apart to be told from each other by eye and by probe.
    public static func chroma(ofSource id: Int) -> (u: UInt8, v: UInt8) {
        let wheel: [(UInt8, UInt8)] = [
            (90, 180), (170, 90), (90, 90), (170, 170), (128, 190), (190, 128), (66, 128), (128, 66),
        ]
        return wheel[id % wheel.count]
    }

    /// The picture of frame `number`; a flashing one is white but for its strip.
    public func frame(_ number: Int, isFlashing: Bool = false, pts: MediaTime? = nil) -> VideoFrame {
        var buffer = VideoFrameBuffer(width: width, height: height)
        buffer.withMutablePlanes { planes in
            if isFlashing {
                planes.fill(y: 235, u: 128, v: 128)
            } else {
                paintBackground(planes, number: number)
            }
            paintStrip(planes, label: Label(id: id, number: number & 0xFFFF))
        }
        return buffer.freeze(pts: pts)
    }

    private func paintBackground(_ planes: MutableVideoPlanes, number: Int) {
        let (u, v) = TestPattern.chroma(ofSource: id)
        planes.fill(y: 0, u: u, v: v)
        let cell = max(8, width / 20)
        for row in 0..<height {
            let line = planes.y.row(row)
            for column in 0..<width {
                let isLight = (row / cell + column / cell) % 2 == 0
                let slope = (column * 40) / width + (row * 40) / height
                line[column] = UInt8((isLight ? 120 : 60) + slope)
            }
        }
        let side = max(2, min(width, height) / 5) & ~1
        let travel = max(2, width - side)
        let left = (number * max(2, width / 60)) % travel & ~1
        let box = planes.cropped(x: left, y: (height / 10) & ~1, width: side, height: side)
        box.fill(y: 210, u: 128, v: 128)
    }

    private func paintStrip(_ planes: MutableVideoPlanes, label: Label) {
        let bits = StripCode.bits(of: label)
        for (index, bit) in bits.enumerated() {
            let area = StripCode.cell(index, in: FrameArea(x: 0, y: 0, width: Double(width), height: Double(height)))
            let rows = Int(area.y.rounded())..<Int((area.y + area.height).rounded())
            let columns = Int(area.x.rounded())..<Int((area.x + area.width).rounded())
            for row in rows {
                let line = planes.y.row(row)
                for column in columns { line[column] = bit ? 225 : 25 }
            }
        }
    }

    /// Reads the strip of a picture that fills `area` of a frame.
    ///
    /// Parts of the picture beside the strip may have been cut off. Nil if there is no picture, or none that can be read.
    public static func label(in planes: VideoPlanes, area: FrameArea) -> Label? {
        let levels = (0..<StripCode.count).map { index -> Double? in
            let cell = StripCode.cell(index, in: area)
            // Only the middle of a cell: its edges are mixed with its neighbours'.
            return FrameProbe.meanLuma(planes, area: cell.inset(by: 0.3))
        }
        guard levels.allSatisfy({ $0 != nil }) else { return nil }
        let values = levels.compactMap { $0 }
        guard let low = values.min(), let high = values.max(), high - low > 60 else { return nil }
        return StripCode.label(of: values.map { $0 > (low + high) / 2 })
    }

    /// Reads the strip of a whole frame.
    public static func label(of frame: VideoFrame) -> Label? {
        frame.withPlanes { planes in
            label(
                in: planes,
                area: FrameArea(x: 0, y: 0, width: Double(planes.width), height: Double(planes.height))
            )
        }
    }
}

/// How a label is written as cells.
private enum StripCode {
    static let count = 24

    static func bits(of label: TestPattern.Label) -> [Bool] {
        let payload = label.id << 16 | label.number
        let word = payload << 4 | checksum(payload)
        return (0..<count).map { word >> (count - 1 - $0) & 1 == 1 }
    }

    static func label(of bits: [Bool]) -> TestPattern.Label? {
        let word = bits.reduce(0) { $0 << 1 | ($1 ? 1 : 0) }
        guard checksum(word >> 4) == word & 15 else { return nil }
        return TestPattern.Label(id: word >> 20, number: word >> 4 & 0xFFFF)
    }

    /// Never all zeros or all ones together with its payload, so that the strip always has both levels.
    private static func checksum(_ payload: Int) -> Int {
        var sum = 5
        for shift in stride(from: 0, to: 20, by: 4) { sum = (sum * 3 + (payload >> shift & 15)) & 15 }
        return sum
    }

    static func cell(_ index: Int, in area: FrameArea) -> FrameArea {
        let width = area.width * 0.76 / Double(count)
        return FrameArea(
            x: area.x + area.width * 0.12 + Double(index) * width,
            y: area.y + area.height * 0.68,
            width: width,
            height: area.height * 0.12
        )
    }
}
