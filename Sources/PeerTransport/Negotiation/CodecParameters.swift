public import MediaWire

/// One codec as a media section names it: payload type, format parameters and feedback (RFC 8866 §6.6).
public struct CodecParameters: Sendable, Hashable {
    /// Which codec.
    public var codec: Codec
    /// RTP payload type, 0…127.
    public var payloadType: UInt8
    /// Payload type of its retransmission format (RFC 4588), when there is one.
    public var retransmissionPayloadType: UInt8?
    /// RTP clock, hertz.
    public var clockRate: Int
    /// Channels as SDP states them; nil where SDP leaves them out (video, mono audio).
    public var channels: Int?
    /// The `a=fmtp` text without payload type, empty when there is none.
    public var format: String
    /// The `a=rtcp-fb` values without payload type, such as `nack pli`.
    public var feedback: [String]

    /// Makes parameters; the clock rate is the codec's own unless given.
    public init(
        codec: Codec,
        payloadType: UInt8,
        retransmissionPayloadType: UInt8? = nil,
        clockRate: Int? = nil,
        channels: Int? = nil,
        format: String = "",
        feedback: [String] = []
    ) {
        self.codec = codec
        self.payloadType = payloadType
        self.retransmissionPayloadType = retransmissionPayloadType
        self.clockRate = clockRate ?? codec.clockRate
        self.channels = channels
        self.format = format
        self.feedback = feedback
    }
}

extension CodecParameters {
    /// The audio codecs offered by default, LiveKit's payload types.
    public static let defaultAudio: [CodecParameters] = [
        CodecParameters(
            codec: .opus,
            payloadType: 111,
            channels: 2,
            format: "minptime=10;useinbandfec=1",
            feedback: audioFeedback
        ),
        CodecParameters(codec: .red, payloadType: 63, channels: 2, format: "111/111"),
        CodecParameters(codec: .pcmu, payloadType: 0, feedback: audioFeedback),
        CodecParameters(codec: .pcma, payloadType: 8, feedback: audioFeedback),
    ]

    /// The video codecs offered by default: LiveKit's payload types, retransmissions at the next number.
    public static let defaultVideo: [CodecParameters] = [
        video(.vp8, 96),
        video(.vp9, 98, "profile-id=0"),
        video(.vp9, 100, "profile-id=1"),
        video(.h264, 108, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f"),
        video(.h264, 125, "level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f"),
        video(.h264, 123, "level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640032"),
        video(.av1, 35),
        video(.h265, 116, "level-id=186;profile-id=1;tier-flag=0;tx-mode=SRST"),
    ]

    /// Feedback we can answer for video.
    static let videoFeedback = ["goog-remb", "transport-cc", "ccm fir", "nack", "nack pli"]
    /// Feedback we can answer for audio.
    static let audioFeedback = ["transport-cc", "nack"]

    private static func video(_ codec: Codec, _ payloadType: UInt8, _ format: String = "") -> CodecParameters {
        CodecParameters(
            codec: codec,
            payloadType: payloadType,
            retransmissionPayloadType: payloadType + 1,
            format: format,
            feedback: videoFeedback
        )
    }
}

extension CodecParameters {
    /// The value of one `key=value` parameter of the format text.
    func formatValue(_ key: String) -> Substring? {
        for parameter in format.split(separator: ";") {
            let trimmed = parameter.drop { $0 == " " }
            if trimmed.hasPrefix(key), trimmed.dropFirst(key.count).first == "=" {
                return trimmed.dropFirst(key.count + 1)
            }
        }
        return nil
    }

    /// Whether the feedback value was negotiated.
    func allows(_ value: String) -> Bool { feedback.contains(value) }
}
