import Testing

@testable import Ingress

@Suite("Layers fitted to their source")
struct LayerFittingTests {
    typealias Layer = IngressEncoding.Video.Layer

    static let preset = [
        Layer(quality: 2, width: 1_280, height: 720, bitrate: 1_900_000),
        Layer(quality: 1, width: 640, height: 360, bitrate: 671_751),
        Layer(quality: 0, width: 320, height: 180, bitrate: 237_500),
    ]

    struct Case: Sendable, CustomTestStringConvertible {
        var source: (Int, Int)
        var aspect = (numerator: 1, denominator: 1)
        var expected: [String]
        var testDescription: String { "\(source.0)×\(source.1)" }

        init(_ width: Int, _ height: Int, aspect: (Int, Int) = (1, 1), _ expected: [String]) {
            source = (width, height)
            self.aspect = aspect
            self.expected = expected
        }
    }

    static let cases = [
        Case(1_920, 1_080, ["2 1280×720", "1 640×360", "0 320×180"]),
        Case(1_280, 720, ["2 1280×720", "1 640×360", "0 320×180"]),
        // Layers as large as the source go, but for the first.
        Case(640, 360, ["2 640×360", "0 320×180"]),
        Case(320, 180, ["2 320×180"]),
        Case(200, 100, ["2 200×100"]),
        Case(800, 450, ["2 800×450", "1 640×360", "0 320×180"]),
        // Other shapes fit into the boxes.
        Case(1_600, 1_200, ["2 960×720", "1 480×360", "0 240×180"]),
        Case(2_560, 1_080, ["2 1280×540", "1 640×270", "0 320×136"]),
        Case(1_080, 1_920, ["2 720×1280", "1 360×640", "0 180×320"]),
        Case(1_000, 1_000, ["2 720×720", "1 360×360", "0 180×180"]),
        // Odd sides become even, never longer.
        Case(853, 479, ["2 852×478", "1 640×360", "0 320×180"]),
        Case(17, 17, ["2 16×16"]),
        Case(3, 2, ["2 16×16"]),
        // Samples that are not square: the denser side gives way.
        Case(1_440, 1_080, aspect: (4, 3), ["2 1280×720", "1 640×360", "0 320×180"]),
        Case(720, 576, aspect: (16, 15), ["2 720×540", "1 480×360", "0 240×180"]),
        Case(720, 480, aspect: (8, 9), ["2 640×480", "1 480×360", "0 240×180"]),
        Case(1_280, 720, aspect: (1_000, 1), ["2 1280×720", "1 640×360", "0 320×180"]),
    ]

    @Test("Layers have the source's shape, are even, and are never larger than it", arguments: cases)
    func fit(_ item: Case) {
        let geometry = PictureGeometry(width: item.source.0, height: item.source.1, aspect: item.aspect)
        let layers = LayerFitting(Self.preset).layers(for: geometry)
        #expect(layers.map { "\($0.quality) \($0.width)×\($0.height)" } == item.expected)
    }

    @Test("A layer that is larger in area than the next is the first, in whatever order they come")
    func order() {
        let layers = LayerFitting(Self.preset.reversed()).layers(for: PictureGeometry(width: 1_920, height: 1_080))
        #expect(layers == Self.preset)
    }

    @Test("The bitrate follows the area by the power of three quarters, and never rises")
    func bitrate() {
        let layers = LayerFitting(Self.preset).layers(for: PictureGeometry(width: 640, height: 360))
        // A quarter of the area: 0.25^0.75 = 0.35355.
        #expect(layers.map(\.bitrate) == [671_751, 237_500])
        #expect(LayerFitting(Self.preset).layers(for: PictureGeometry(width: 4_000, height: 2_250)) == Self.preset)
    }

    struct Change: Sendable {
        var source: (Int, Int)
        var qualities: [Int]
        var expected: [String]
    }

    @Test(
        "After publishing there are as many layers as were published",
        arguments: [
            Change(source: (1_920, 1_080), qualities: [2, 1, 0], expected: ["2 1280×720", "1 640×360", "0 320×180"]),
            Change(source: (1_920, 1_080), qualities: [2, 0], expected: ["2 1280×720", "0 320×180"]),
            Change(source: (640, 360), qualities: [2, 1, 0], expected: ["2 640×360", "1 320×180", "0 160×90"]),
            Change(source: (160, 90), qualities: [2, 1, 0], expected: ["2 160×90", "1 80×46", "0 40×24"]),
            Change(source: (360, 640), qualities: [2, 0], expected: ["2 360×640", "0 180×320"]),
            Change(source: (16, 16), qualities: [2, 1, 0], expected: ["2 16×16", "1 16×16", "0 16×16"]),
        ]
    )
    func change(_ item: Change) {
        let source = PictureGeometry(width: item.source.0, height: item.source.1)
        let layers = LayerFitting(Self.preset).layers(for: source, keeping: item.qualities)
        #expect(layers.map { "\($0.quality) \($0.width)×\($0.height)" } == item.expected)
    }

    @Test("Names go from q for the smallest to f", arguments: [(1, ["q"]), (2, ["h", "q"]), (3, ["f", "h", "q"])])
    func names(count: Int, expected: [String]) {
        #expect(LayerName.names(count: count) == expected)
    }
}
