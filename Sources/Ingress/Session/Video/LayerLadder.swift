import Media
import MediaWire

/// The layers of a published track, each with its encoder: makes of every picture one of each size that somebody watches.
///
/// A layer is scaled from the smallest picture there is that is no smaller than itself: the next larger layer's if that is
/// encoded too, which costs a quarter of scaling the source again. Layers nobody watches are neither scaled nor encoded.
struct LayerLadder: ~Copyable {
    /// One layer: its present size and what encodes it.
    private struct Rung {
        let rid: String
        let quality: Int
        let lane: any EncoderLane
        var layer: IngressEncoding.Video.Layer
        var isPaused = false
    }

    private let fitting: LayerFitting
    private let track: any PublishedTrack
    private var geometry: PictureGeometry
    /// From the largest to the smallest.
    private var rungs: [Rung]
    private var pools = FramePools()

    /// The encodings of a track that was published with `layers`, the largest first, for a source of this size.
    init(
        fitting: LayerFitting,
        layers: [IngressEncoding.Video.Layer],
        geometry: PictureGeometry,
        track: any PublishedTrack,
        lane: (String) -> any EncoderLane
    ) {
        self.fitting = fitting
        self.geometry = geometry
        self.track = track
        rungs = zip(LayerName.names(count: layers.count), layers).map { rid, layer in
            Rung(rid: rid, quality: layer.quality, lane: lane(rid), layer: layer)
        }
    }

    /// The layers at present, from the largest to the smallest.
    var layers: [IngressEncoding.Video.Layer] { rungs.map(\.layer) }

    /// Sends a picture on its way through all layers that are watched; true if it changed the layers' sizes.
    mutating func encode(_ picture: VideoLine.Picture, at time: Instant) -> Bool {
        let isRefitted = fit(to: picture.geometry)
        var source = picture.frame
        for index in rungs.indices {
            let rung = rungs[index]
            guard track.isEnabled(layer: rung.rid) else {
                if !rung.isPaused { rung.lane.pause() }
                rungs[index].isPaused = true
                continue
            }
            rungs[index].isPaused = false
            let scaled = pools.picture(of: source, width: rung.layer.width, height: rung.layer.height)
            source = scaled
            rung.lane.encode(LayerPicture(frame: scaled, layer: rung.layer, time: time))
        }
        return isRefitted
    }

    /// Ends all encoders.
    func finish() {
        for rung in rungs { rung.lane.finish() }
    }

    private mutating func fit(to geometry: PictureGeometry) -> Bool {
        guard geometry != self.geometry else { return false }
        self.geometry = geometry
        let layers = fitting.layers(for: geometry, keeping: rungs.map(\.quality))
        for (index, layer) in zip(rungs.indices, layers) { rungs[index].layer = layer }
        return true
    }
}
