import LiveKitProtocol
import MediaWire

/// The codecs clients are told they may publish.
enum PublishCodecs {
    /// VP8 first, since clients take the first when they do not care; then the other video codecs, then audio.
    private static let order: [Codec] = [.vp8, .h264, .vp9, .av1, .h265, .opus, .red, .pcmu, .pcma]

    /// The enabled codecs in that order, as the protocol lists them.
    static func enabled(_ codecs: [Codec]) -> [Livekit_Codec] {
        order.filter(codecs.contains).map { codec in
            var entry = Livekit_Codec()
            entry.mime = codec.mimeType
            return entry
        }
    }
}
