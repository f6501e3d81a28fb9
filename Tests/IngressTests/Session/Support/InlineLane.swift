import Media
import Testing

@testable import Ingress

/// Encodes at once, so that nothing depends on threads.
final class InlineLane: EncoderLane {
    private let encoder: LayerEncoder

    init(_ settings: LayerEncoder.Settings) {
        encoder = LayerEncoder(settings, cores: 1)
    }

    func encode(_ picture: LayerPicture) {
        do { try encoder.encode(picture) } catch { Issue.record(error) }
    }

    func pause() { encoder.pause() }

    func finish() {}
}
