/// A codec, or an RTP payload format that wraps one, that tracks are published in.
public enum Codec: String, Sendable, Hashable, CaseIterable {
    /// Opus (RFC 6716, RFC 7587).
    case opus
    /// Redundant audio (RFC 2198) around Opus.
    case red
    /// G.711 µ-law.
    case pcmu
    /// G.711 A-law.
    case pcma
    /// VP8 (RFC 6386, RFC 7741).
    case vp8
    /// VP9 (RFC 9628).
    case vp9
    /// H.264 (RFC 6184).
    case h264
    /// H.265 (RFC 7798).
    case h265
    /// AV1 (AOMedia's RTP payload format).
    case av1

    /// Whether the codec is for audio or video.
    public var kind: MediaKind {
        switch self {
        case .opus, .red, .pcmu, .pcma: .audio
        case .vp8, .vp9, .h264, .h265, .av1: .video
        }
    }

    /// RTP timestamp ticks in a second.
    public var clockRate: Int {
        switch self {
        case .opus, .red: 48_000
        case .pcmu, .pcma: 8_000
        case .vp8, .vp9, .h264, .h265, .av1: 90_000
        }
    }

    /// The name in SDP's `rtpmap` lines, spelled as browsers spell it.
    public var encodingName: String {
        switch self {
        case .opus, .red: rawValue
        case .pcmu, .pcma, .vp8, .vp9, .h264, .h265, .av1: rawValue.uppercased()
        }
    }

    /// The MIME type in LiveKit's spelling, such as `video/VP8`.
    public var mimeType: String { "\(kind.rawValue)/\(encodingName)" }

    /// The codec with this SDP encoding name, in any case.
    public init?(encodingName: String) {
        self.init(rawValue: encodingName.lowercased())
    }

    /// The codec with this MIME type, in any case; `nil` too when the type and the codec disagree.
    public init?(mimeType: String) {
        let parts = mimeType.lowercased().split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let codec = Codec(rawValue: String(parts[1])), codec.kind.rawValue == parts[0] else {
            return nil
        }
        self = codec
    }
}
