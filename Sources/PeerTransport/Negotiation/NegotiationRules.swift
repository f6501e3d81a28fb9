import MediaWire

/// What we bring to every negotiation of a connection.
struct NegotiationRules: Sendable {
    var audioCodecs: [CodecParameters]
    var videoCodecs: [CodecParameters]
    var headerExtensions: HeaderExtensionPolicy
    var dataChannels: Bool
    var maxMessageSize: Int

    init(_ configuration: PeerConfiguration) {
        audioCodecs = configuration.audioCodecs
        videoCodecs = configuration.videoCodecs
        headerExtensions = configuration.headerExtensions
        dataChannels = configuration.dataChannels
        maxMessageSize = configuration.maxMessageSize
    }

    /// The SCTP port of every WebRTC peer.
    static let sctpPort: UInt16 = 5000

    func codecs(_ kind: MediaKind) -> [CodecParameters] { kind == .audio ? audioCodecs : videoCodecs }

    /// The feedback we answer, for what was offered with a codec.
    ///
    /// Audio gets `nack` whether offered or not, as LiveKit's clients expect; RED carries its own repair.
    func feedback(for codec: Codec, offered: [String]) -> [String] {
        switch codec.kind {
        case .video:
            return CodecParameters.videoFeedback.filter(offered.contains)
        case .audio where codec == .red:
            return offered.filter { $0 == "transport-cc" }
        case .audio:
            return CodecParameters.audioFeedback.filter { $0 == "nack" || offered.contains($0) }
        }
    }
}
