import MediaWire
import RoomClient

/// One sample of a publisher with its place on the publisher's timeline.
struct WHIPSample: Sendable {
    var kind: MediaKind
    /// The simulcast layer, nil for a single stream.
    var rid: String?
    var sample: EncodedSample
    /// Ticks of the sample's clock since the destination's origin; the same instant is the same in all layers, and the
    /// same time in sound and picture.
    var place: Int64
    /// When it was captured.
    var captured: Instant
    /// How loud sound is, where the publisher says.
    var audioLevel: AudioLevel?
}
