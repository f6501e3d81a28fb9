import Glibc

/// Fits the layers of a request to the pictures that really come.
///
/// A layer asked for is a box: the picture is made as large as fits into it without changing its shape, and never larger than
/// it is. Boxes turn with the picture, so that a portrait source gets as many samples as one in landscape. Every size is even
/// (4:2:0 has half of the rows and columns in chroma), and at least 16, which is what encoders take.
///
/// Before anything is published the layers that the source does not reach are left out, but for the first. Afterwards there
/// are as many as were published, whatever the source does: one that would no longer be smaller than the one above it becomes
/// half as large as that.
struct LayerFitting: Sendable {
    typealias Layer = IngressEncoding.Video.Layer

    /// The shortest side of a layer.
    static let shortestSide = 16

    /// What was asked for, from the largest to the smallest.
    let asked: [Layer]

    /// Layers as a request has them, in any order.
    init(_ asked: [Layer]) {
        self.asked = asked.sorted { ($0.width * $0.height, $0.quality) > ($1.width * $1.height, $1.quality) }
    }

    /// The layers to publish for a source, from the largest to the smallest.
    func layers(for source: PictureGeometry) -> [Layer] {
        var fitted: [Layer] = []
        for layer in asked {
            let candidate = Self.fit(layer, to: source)
            if let above = fitted.last {
                guard !Self.covers(layer, source), Self.isSmaller(candidate, than: above) else { continue }
            }
            fitted.append(candidate)
        }
        return fitted
    }

    /// The layers for a source that changed after layers of these qualities, the largest first, were published.
    func layers(for source: PictureGeometry, keeping qualities: [Int]) -> [Layer] {
        var fitted: [Layer] = []
        for quality in qualities {
            guard let layer = asked.first(where: { $0.quality == quality }) else { continue }
            let candidate = Self.fit(layer, to: source)
            guard let above = fitted.last, !Self.isSmaller(candidate, than: above) else {
                fitted.append(candidate)
                continue
            }
            fitted.append(Self.halved(above, quality: quality))
        }
        return fitted
    }

    /// Whether a layer's box is no smaller than the source.
    private static func covers(_ layer: Layer, _ source: PictureGeometry) -> Bool {
        scale(of: source, in: layer) >= 1
    }

    private static func isSmaller(_ layer: Layer, than other: Layer) -> Bool {
        layer.width < other.width && layer.height < other.height
    }

    /// What the source is multiplied with to fit the box; above 1 where the box is larger.
    private static func scale(of source: PictureGeometry, in layer: Layer) -> Double {
        let (long, short) = (max(layer.width, layer.height), min(layer.width, layer.height))
        let box = source.isPortrait ? (width: short, height: long) : (width: long, height: short)
        return min(Double(box.width) / Double(source.width), Double(box.height) / Double(source.height))
    }

    private static func fit(_ layer: Layer, to source: PictureGeometry) -> Layer {
        let scale = min(1, scale(of: source, in: layer))
        let width = side(Double(source.width) * scale, limit: source.width)
        let height = side(Double(source.height) * scale, limit: source.height)
        return sized(layer, width: width, height: height)
    }

    private static func halved(_ layer: Layer, quality: Int) -> Layer {
        var half = sized(
            layer,
            width: side(Double(layer.width) / 2, limit: layer.width),
            height: side(Double(layer.height) / 2, limit: layer.height)
        )
        half.quality = quality
        return half
    }

    /// The nearest even length that is not above the limit.
    private static func side(_ length: Double, limit: Int) -> Int {
        let even = Int((length / 2).rounded()) * 2
        return max(shortestSide, min(even, limit & ~1))
    }

    /// The layer in another size, with the bits that the smaller area needs for the same quality: LiveKit's ingress relates
    /// the bitrates of its layers by (area ratio)^0.75 as well.
    private static func sized(_ layer: Layer, width: Int, height: Int) -> Layer {
        let ratio = Double(width * height) / Double(max(1, layer.width * layer.height))
        let share = ratio < 1 ? pow(ratio, 0.75) : 1
        let bitrate = max(lowestBitrate, Int((Double(layer.bitrate) * share).rounded()))
        return Layer(quality: layer.quality, width: width, height: height, bitrate: min(layer.bitrate, bitrate))
    }

    /// Bits a second below which no picture is worth looking at.
    private static let lowestBitrate = 30_000
}
