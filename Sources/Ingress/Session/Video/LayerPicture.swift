import Media
import MediaWire

/// A picture in the size of one layer, ready to be encoded.
struct LayerPicture: Sendable {
    /// The picture; as large as the layer.
    var frame: VideoFrame
    /// The layer at present: encoders are opened anew when it changes.
    var layer: IngressEncoding.Video.Layer
    /// When it is shown.
    var time: Instant
}
