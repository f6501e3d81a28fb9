public import LiveKitProtocol
public import MediaWire

/// A published track, as the server last described it.
public struct TrackInfo: Sendable, Hashable {
    /// One encoding of a video track.
    public struct Layer: Sendable, Hashable {
        /// Which of the qualities this is.
        public var quality: Livekit_VideoQuality
        /// Width in pixels.
        public var width: Int
        /// Height in pixels.
        public var height: Int
        /// Bits per second the publisher aims at.
        public var bitrate: Int
    }

    /// Names the track in the room.
    public var sid: TrackSID
    /// Sound or picture.
    public var kind: MediaKind
    /// Camera, microphone, screen and so on.
    public var source: Livekit_TrackSource
    /// Name the publisher gave.
    public var name: String
    /// Whether the publisher has muted it: no media arrives until that changes.
    public var isMuted: Bool
    /// MIME type, such as `video/VP8`; empty while the server does not know it.
    public var mimeType: String
    /// How the track is encoded; nil while unknown, or for a codec not known here.
    public var codec: Codec?
    /// Width of the largest picture in pixels, 0 for audio.
    public var width: Int
    /// Height of the largest picture in pixels, 0 for audio.
    public var height: Int
    /// The encodings of a video track.
    public var layers: [Layer]
    /// Groups tracks that belong together, such as `camera`.
    public var stream: String
    /// Whether the sound has two channels.
    public var isStereo: Bool
    /// Whether the payload is end-to-end encrypted: it cannot be decoded here.
    public var isEncrypted: Bool

    /// Takes over a server's description; nil if it names no track, or one of data.
    init?(_ info: Livekit_TrackInfo) {
        switch info.type {
        case .audio: kind = .audio
        case .video: kind = .video
        default: return nil
        }
        guard !info.sid.isEmpty else { return nil }
        sid = TrackSID(rawValue: info.sid)
        source = info.source
        name = info.name
        isMuted = info.muted
        mimeType = info.mimeType.isEmpty ? info.codecs.first?.mimeType ?? "" : info.mimeType
        codec = Codec(mimeType: mimeType)
        width = Int(info.width)
        height = Int(info.height)
        let described = info.layers.isEmpty ? info.codecs.first?.layers ?? [] : info.layers
        layers = described.prefix(RoomState.maximumLayersOfTrack).map {
            Layer(quality: $0.quality, width: Int($0.width), height: Int($0.height), bitrate: Int($0.bitrate))
        }
        stream = info.stream
        isStereo = info.stereo || info.audioFeatures.contains(.tfStereo)
        isEncrypted = info.encryption != .none
    }
}
