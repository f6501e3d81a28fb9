import Compositor
import Media
import MediaWire
import Scene
import TestKit
import Testing

@Suite("Canvas")
struct CanvasTests {
    static let size = SceneSize(width: 1280, height: 720)

    private func tile(
        _ id: String,
        _ rect: SceneRect,
        fit: PictureFit = .cover,
        standIn: SceneAvatar? = nil,
        radius: Int = 0,
        z: Int = 0
    ) -> PlacedTile {
        PlacedTile(
            sourceID: id,
            rect: rect,
            fit: fit,
            content: .picture,
            standIn: standIn,
            background: SceneColor(red: 0, green: 0, blue: 255),
            cornerRadius: radius,
            z: z
        )
    }

    private func plan(_ tiles: [PlacedTile]) -> ScenePlan {
        ScenePlan(size: Self.size, background: SceneColor(red: 255, green: 0, blue: 0), tiles: tiles)
    }

    private func color(_ frame: VideoFrame, x: Int, y: Int, width: Int = 4, height: Int = 4) throws -> [Int] {
        let area = FrameArea(x: Double(x), y: Double(y), width: Double(width), height: Double(height))
        let mean = frame.withPlanes { FrameProbe.meanColor($0, area: area) }
        let values = try #require(mean, "the area lies inside")
        return [Int(values.y.rounded()), Int(values.u.rounded()), Int(values.v.rounded())]
    }

    /// Whether two colours are the same but for rounding.
    private func isNear(_ first: [Int], _ second: [Int]) -> Bool {
        zip(first, second).allSatisfy { abs($0 - $1) <= 1 }
    }

    private static let red = [82, 90, 240]
    private static let blue = [41, 240, 110]

    @Test(
        "An empty plan is its background",
        arguments: [
            (SceneColor(red: 255, green: 0, blue: 0), [82, 90, 240]), (.black, [16, 128, 128]),
            (.white, [235, 128, 128]),
        ]
    )
    func background(color wanted: SceneColor, planes: [Int]) throws {
        let canvas = Canvas(size: Self.size)
        let frame = canvas.draw(plan: ScenePlan(size: Self.size, background: wanted, tiles: [])) { _ in nil }
        #expect(frame.width == 1280 && frame.height == 720)
        for (x, y) in [(0, 0), (1276, 716), (640, 360)] {
            #expect(zip(try color(frame, x: x, y: y), planes).allSatisfy { abs($0 - $1) <= 1 })
        }
    }

    @Test("Nine pictures stand where the plan puts them, each like its source")
    func nineTiles() throws {
        let canvas = Canvas(size: Self.size)
        let sources = (0..<9).map { TestPattern(id: $0, width: 640, height: 360) }
        let rects = (0..<9).map { SceneRect(x: $0 % 3 * 426, y: $0 / 3 * 240, width: 426, height: 240) }
        let pictures = sources.map { $0.frame(70 + $0.id) }
        let plan = plan(zip(sources, rects).map { tile("\($0.id)", $1) })
        let frame = canvas.draw(plan: plan) { Int($0).map { pictures[$0] } }
        for (index, rect) in rects.enumerated() {
            let area = FrameArea(
                x: Double(rect.x),
                y: Double(rect.y),
                width: Double(rect.width),
                height: Double(rect.height)
            )
            frame.withPlanes { planes in
                #expect(TestPattern.label(in: planes, area: area) == TestPattern.Label(id: index, number: 70 + index))
                let likeness = FrameProbe.structuralSimilarity(
                    of: planes,
                    x: rect.x,
                    y: rect.y,
                    width: rect.width,
                    height: rect.height,
                    to: pictures[index]
                )
                #expect(likeness > 0.95)
            }
        }
    }

    @Test("Only tiles whose picture is another one are drawn again")
    func redraw() throws {
        let canvas = Canvas(size: Self.size)
        let sources = (0..<4).map { TestPattern(id: $0, width: 320, height: 180) }
        let tiles = (0..<4).map {
            tile("\($0)", SceneRect(x: $0 % 2 * 640, y: $0 / 2 * 360, width: 640, height: 360))
        }
        var pictures = sources.map { $0.frame(0) }
        let plan = plan(tiles)
        func draw() -> VideoFrame { canvas.draw(plan: plan) { Int($0).map { pictures[$0] } } }
        _ = draw()
        #expect(canvas.statistics.tilesDrawn == 4)
        _ = draw()
        #expect(canvas.statistics.tilesDrawn == 4 && canvas.statistics.unchangedFrames == 1)
        pictures[2] = sources[2].frame(9)
        let frame = draw()
        #expect(canvas.statistics.tilesDrawn == 5 && canvas.statistics.tilesSkipped == 7)
        let labels = frame.withPlanes { planes in
            tiles.map { tile in
                TestPattern.label(
                    in: planes,
                    area: FrameArea(x: Double(tile.rect.x), y: Double(tile.rect.y), width: 640, height: 360)
                )?.number
            }
        }
        #expect(labels == [0, 0, 9, 0])
    }

    @Test("A contained picture is whole, with the tile's colour beside it")
    func contain() throws {
        let canvas = Canvas(size: Self.size)
        let rect = SceneRect(x: 200, y: 100, width: 640, height: 360)
        let portrait = TestPattern(id: 1, width: 180, height: 320)
        var picture = portrait.frame(5)
        let plan = plan([tile("a", rect, fit: .contain)])
        var frame = canvas.draw(plan: plan) { _ in picture }
        // 360 rows of 9:16 are 202.5 columns.
        let area = FrameArea(x: 200 + 219, y: 100, width: 202, height: 360)
        #expect(frame.withPlanes { TestPattern.label(in: $0, area: area) }?.number == 5)
        #expect(isNear(try color(frame, x: 200, y: 100, width: 200, height: 360), Self.blue))
        #expect(isNear(try color(frame, x: 640, y: 100, width: 198, height: 360), Self.blue))
        #expect(isNear(try color(frame, x: 100, y: 100, width: 100, height: 360), Self.red))
        // A picture of another shape leaves nothing of the one before it.
        picture = TestPattern(id: 1, width: 640, height: 180).frame(6)
        frame = canvas.draw(plan: plan) { _ in picture }
        #expect(isNear(try color(frame, x: 200, y: 100, width: 640, height: 88), Self.blue))
        #expect(isNear(try color(frame, x: 200, y: 374, width: 640, height: 86), Self.blue))
    }

    @Test("A covering picture fills the tile and loses its edges on both sides alike")
    func cover() throws {
        let canvas = Canvas(size: Self.size)
        let rect = SceneRect(x: 0, y: 0, width: 640, height: 360)
        let picture = TestPattern(id: 1, width: 640, height: 480).frame(77)
        let frame = canvas.draw(plan: plan([tile("a", rect)])) { _ in picture }
        // The whole picture would stand from row −60 to 420.
        let area = FrameArea(x: 0, y: -60, width: 640, height: 480)
        #expect(frame.withPlanes { TestPattern.label(in: $0, area: area) }?.number == 77)
        #expect(isNear(try color(frame, x: 644, y: 100, width: 100, height: 100), Self.red))
    }

    @Test("A tile below another one is drawn without coming through")
    func overlap() throws {
        let canvas = Canvas(size: Self.size)
        let below = TestPattern(id: 0, width: 320, height: 180)
        let above = TestPattern(id: 1, width: 320, height: 180).frame(3)
        let plan = plan([
            tile("below", SceneRect(x: 0, y: 0, width: 1280, height: 720)),
            tile("above", SceneRect(x: 900, y: 500, width: 320, height: 180), z: 1),
        ])
        for number in 0..<3 {
            let picture = below.frame(number)
            let frame = canvas.draw(plan: plan) { $0 == "below" ? picture : above }
            let area = FrameArea(x: 900, y: 500, width: 320, height: 180)
            #expect(frame.withPlanes { TestPattern.label(in: $0, area: area) } == .init(id: 1, number: 3))
        }
        #expect(canvas.statistics.tilesDrawn == 6)
    }

    @Test("A source whose picture has not come yet shows its stand-in, then the picture")
    func standIn() throws {
        let canvas = Canvas(size: Self.size)
        let rect = SceneRect(x: 0, y: 0, width: 640, height: 360)
        let avatar = SceneAvatar(initials: "AB", name: "Ada B.", color: SceneColor(red: 0, green: 160, blue: 0))
        let plan = plan([
            tile("a", rect, standIn: avatar), tile("b", SceneRect(x: 640, y: 0, width: 640, height: 360)),
        ])
        var frame = canvas.draw(plan: plan) { _ in nil }
        // The disc is green, the tile around it blue, and the tile without a stand-in blue altogether.
        let disc = try color(frame, x: 260, y: 158)
        #expect(abs(disc[0] - 98) < 3 && disc[1] < 90 && disc[2] < 80)
        #expect(isNear(try color(frame, x: 4, y: 4), Self.blue))
        #expect(isNear(try color(frame, x: 640, y: 0, width: 640, height: 360), Self.blue))
        let picture = TestPattern(id: 2, width: 320, height: 180).frame(8)
        frame = canvas.draw(plan: plan) { $0 == "a" ? picture : nil }
        #expect(
            frame.withPlanes { TestPattern.label(in: $0, area: FrameArea(x: 0, y: 0, width: 640, height: 360)) }
                == .init(id: 2, number: 8)
        )
        #expect(canvas.statistics.avatarsRendered == 1)
    }

    @Test("Rounded corners show the frame's background")
    func corners() throws {
        let canvas = Canvas(size: Self.size)
        let rect = SceneRect(x: 100, y: 100, width: 400, height: 200)
        var picture = TestPattern(id: 0, width: 400, height: 200).frame(0, isFlashing: true)
        let plan = plan([tile("a", rect, radius: 24)])
        for number in 0..<3 {
            picture = TestPattern(id: 0, width: 400, height: 200).frame(number, isFlashing: true)
            let frame = canvas.draw(plan: plan) { _ in picture }
            for (x, y) in [(100, 100), (496, 100), (100, 296), (496, 296)] {
                #expect(isNear(try color(frame, x: x, y: y), Self.red))
            }
            for (x, y) in [(124, 100), (100, 124), (108, 108), (472, 292)] {
                #expect(try color(frame, x: x, y: y)[0] > 225)
            }
        }
    }

    @Test("Tiles that reach over the frame's edge or lie outside are cut")
    func clipping() throws {
        let canvas = Canvas(size: Self.size)
        let picture = TestPattern(id: 0, width: 320, height: 180).frame(0, isFlashing: true)
        let plan = plan([
            tile("a", SceneRect(x: 1200, y: 600, width: 200, height: 200)),
            tile("b", SceneRect(x: 1300, y: 0, width: 200, height: 200)),
            tile("c", SceneRect(x: -100, y: -100, width: 50, height: 50)),
        ])
        let frame = canvas.draw(plan: plan) { _ in picture }
        #expect(try color(frame, x: 1270, y: 610)[0] > 225)
        #expect(isNear(try color(frame, x: 0, y: 0), Self.red))
        #expect(canvas.statistics.tilesDrawn == 1)
    }

    @Test(
        "Pictures of odd, tiny and huge sizes are drawn",
        arguments: [
            (1, 1), (3, 5), (427, 241), (2, 1080), (1920, 2), (2561, 1439),
        ],
        [PictureFit.contain, .cover]
    )
    func oddSizes(size: (Int, Int), fit: PictureFit) throws {
        var buffer = VideoFrameBuffer(width: size.0, height: size.1)
        buffer.withMutablePlanes { $0.fill(y: 200, u: 100, v: 150) }
        let picture = buffer.freeze()
        let canvas = Canvas(size: Self.size)
        let frame = canvas.draw(plan: plan([tile("a", SceneRect(x: 200, y: 100, width: 640, height: 360), fit: fit)])) {
            _ in picture
        }
        let middle = try color(frame, x: 518, y: 278, width: 2, height: 2)
        #expect(zip(middle, [200, 100, 150]).allSatisfy { abs($0 - $1) <= 2 }, "\(middle)")
        #expect(isNear(try color(frame, x: 190, y: 100, width: 10, height: 360), Self.red))
        #expect(isNear(try color(frame, x: 840, y: 100, width: 10, height: 360), Self.red))
    }

    @Test(
        "A picture flagged BT.709 or full range has the same colours on the canvas",
        arguments: [
            // Pure green (0, 255, 0) by the formulas of each standard.
            (VideoColor.bt709, [173, 42, 26]), (.bt601, [145, 54, 34]),
            (VideoColor(matrix: .bt601, isFullRange: true), [150, 44, 21]),
            (VideoColor(matrix: .bt709, isFullRange: true), [182, 30, 12]),
        ]
    )
    func colorFlags(color flags: VideoColor, green: [UInt8]) throws {
        var buffer = VideoFrameBuffer(width: 320, height: 180, color: flags)
        buffer.withMutablePlanes { $0.fill(y: green[0], u: green[1], v: green[2]) }
        let picture = buffer.freeze()
        let canvas = Canvas(size: Self.size)
        let frame = canvas.draw(plan: plan([tile("a", SceneRect(x: 0, y: 0, width: 320, height: 180))])) { _ in picture
        }
        let drawn = try color(frame, x: 100, y: 100)
        #expect(zip(drawn, [145, 54, 34]).allSatisfy { abs($0 - $1) <= 2 }, "\(drawn)")
    }

    @Test("The frame can be encoded again and again from the same memory")
    func encoding() throws {
        let canvas = Canvas(size: SceneSize(width: 320, height: 180))
        var configuration = VideoEncoderConfiguration(
            format: .h264(.baseline),
            width: 320,
            height: 180,
            framesPerSecond: 30,
            bitrate: 1_000_000
        )
        configuration.isLowLatency = true
        configuration.color = Canvas.color
        var encoder = try VideoEncoder(configuration)
        var decoder = try VideoDecoder(codec: .h264)
        let source = TestPattern(id: 6, width: 640, height: 360)
        let plan = ScenePlan(
            size: canvas.size,
            background: .black,
            tiles: [tile("a", SceneRect(x: 0, y: 0, width: 320, height: 180))]
        )
        var numbers: [Int?] = []
        for number in 0..<10 {
            let frame = canvas.draw(plan: plan) { _ in source.frame(number) }
            for packet in try encoder.encode(frame, pts: Int64(number)) {
                for decoded in try decoder.decode(packet.data, pts: MediaTime(value: packet.pts, timescale: 30)) {
                    numbers.append(TestPattern.label(of: decoded)?.number)
                    #expect(decoded.color == .bt601)
                }
            }
        }
        #expect(numbers == Array(0..<10))
    }
}
