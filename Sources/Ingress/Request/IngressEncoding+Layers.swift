import LiveKitProtocol

// The layers of a request's own options.

extension IngressEncoding.Video {
    /// Looks layers over and gives them from the largest to the smallest, each with a bit rate.
    ///
    /// There is one a quality at most, and a better quality is nowhere smaller.
    static func layers(
        _ requested: [Livekit_VideoLayer],
        framesPerSecond: Double
    ) throws(TwirpError) -> [Layer] {
        var layers: [Layer] = []
        for layer in requested {
            let layer = try Layer(layer, framesPerSecond: framesPerSecond)
            guard !layers.contains(where: { $0.quality == layer.quality }) else {
                throw .invalid(
                    layersField,
                    "two of them have the quality \(layer.qualityName); each needs one of its own"
                )
            }
            layers.append(layer)
        }
        layers.sort { $0.quality > $1.quality }
        for (better, worse) in zip(layers, layers.dropFirst())
        where better.width < worse.width || better.height < worse.height {
            throw .invalid(
                layersField,
                "\(better.qualityName) is \(better.width)×\(better.height) and the lower quality \(worse.qualityName)"
                    + " \(worse.width)×\(worse.height); a lower quality must not be larger"
            )
        }
        return layers
    }
}

extension IngressEncoding.Video.Layer {
    fileprivate init(_ layer: Livekit_VideoLayer, framesPerSecond: Double) throws(TwirpError) {
        guard let name = nameOfQuality(layer.quality) else {
            throw .invalid("\(layersField).quality", "\(layer.quality.rawValue) is none of LOW, MEDIUM, HIGH")
        }
        let width = try Self.side(layer.width, "\(layersField).width of \(name)")
        let height = try Self.side(layer.height, "\(layersField).height of \(name)")
        guard width * height <= IngressLimits.maximumPixels else {
            throw .invalid(
                layersField,
                "\(name) is \(width)×\(height), more than \(IngressLimits.maximumPixels) pixels"
            )
        }
        self.init(quality: layer.quality.rawValue, width: width, height: height, bitrate: Int(layer.bitrate))
        if layer.bitrate == 0 {
            bitrate = Self.usualBitrate(width: width, height: height, framesPerSecond: framesPerSecond)
            return
        }
        let range = IngressLimits.videoBitrates
        guard range.contains(bitrate) else {
            throw .invalid(
                "\(layersField).bitrate of \(name)",
                "\(bitrate) is not within \(range.lowerBound) to \(range.upperBound) bits a second"
            )
        }
    }

    /// The name of its quality.
    fileprivate var qualityName: String {
        nameOfQuality(Livekit_VideoQuality(rawValue: quality) ?? .off) ?? "\(quality)"
    }

    private static func side(_ value: UInt32, _ field: String) throws(TwirpError) -> Int {
        guard value > 0, value <= IngressLimits.maximumSide, value.isMultiple(of: 2) else {
            throw .invalid(field, "\(value) is no even number of pixels from 2 to \(IngressLimits.maximumSide)")
        }
        return Int(value)
    }

    /// Bits a second for a size and rate: what 1080p at 30 frames a second has, scaled by both to the power of 0.75
    /// (LiveKit ingress 1.5, `pkg/params/presets.go`).
    static func usualBitrate(width: Int, height: Int, framesPerSecond: Double) -> Int {
        let rate = framesPerSecond / 30
        let area = Double(width * height) / (1920 * 1080)
        let half = (rate * area).squareRoot()
        let bitrate = Int(3_500_000 * half * half.squareRoot())
        return min(max(bitrate, IngressLimits.videoBitrates.lowerBound), IngressLimits.videoBitrates.upperBound)
    }
}

private let layersField = "video.options.layers"

/// The name of a quality of pictures; nil for what is none.
private func nameOfQuality(_ quality: Livekit_VideoQuality) -> String? {
    switch quality {
    case .low: "LOW"
    case .medium: "MEDIUM"
    case .high: "HIGH"
    case .off, .UNRECOGNIZED: nil
    }
}
