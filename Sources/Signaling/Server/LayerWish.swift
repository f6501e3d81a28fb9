package import LiveKitProtocol

/// Turns a subscriber's track settings into a layer and a quality.
package enum LayerWish {
    /// The highest layer wanted, as an index into the layers present (lowest first).
    ///
    /// A size asks for the smallest layer that covers it, a quality for the layer of that quality; what is above
    /// the highest layer gets the highest.
    package static func layer(_ settings: Livekit_UpdateTrackSettings, layers: [Livekit_VideoLayer], count: Int) -> Int
    {
        let top = max(0, count - 1)
        if settings.width > 0 || settings.height > 0 {
            let fits = layers.firstIndex { $0.width >= settings.width && $0.height >= settings.height }
            return min(fits ?? top, top)
        }
        guard (0...2).contains(settings.quality.rawValue) else { return top }
        let rank = layers.lastIndex { $0.quality.rawValue <= settings.quality.rawValue }
        return min(rank ?? (layers.isEmpty ? settings.quality.rawValue : 0), top)
    }

    /// The quality a layer stands for, in announcements to the publisher.
    package static func quality(ofLayer layer: Int, layers: [Livekit_VideoLayer]) -> Int {
        guard layers.indices.contains(layer) else { return Livekit_VideoQuality.high.rawValue }
        return layers[layer].quality.rawValue
    }
}
