/// One payload type of a media section: its `rtpmap`, `fmtp` and `rtcp-fb` lines.
public struct SDPPayload: Sendable, Hashable {
    /// The payload type, 0 through 127.
    public var type: UInt8
    /// The encoding's name as written, such as `VP8` or `rtx`; empty when no line says and RFC 3551 does not either.
    public var encodingName: String
    /// Timestamp ticks in a second.
    public var clockRate: Int
    /// Channels of audio, where given.
    public var channels: Int?
    /// Format parameters as written, such as `minptime=10;useinbandfec=1`.
    public var parameters: String?
    /// Feedback that is understood, such as `nack pli`.
    public var feedback: [String]

    /// A payload type with these properties.
    public init(
        type: UInt8,
        encodingName: String,
        clockRate: Int,
        channels: Int? = nil,
        parameters: String? = nil,
        feedback: [String] = []
    ) {
        self.type = type
        self.encodingName = encodingName
        self.clockRate = clockRate
        self.channels = channels
        self.parameters = parameters
        self.feedback = feedback
    }

    /// The codec, `nil` for RTX, forward error correction and whatever is not known.
    public var codec: Codec? { Codec(encodingName: encodingName) }

    /// Whether it is the retransmission format (RFC 4588).
    public var isRetransmission: Bool { encodingName.lowercased() == "rtx" }

    /// The payload type that a retransmission format repairs.
    public var associatedPayloadType: UInt8? { parameter("apt").flatMap { UInt8($0) } }

    /// The value of a format parameter, whose name is matched in any case; `nil` when it is not there.
    public func parameter(_ name: String) -> String? {
        guard let parameters else { return nil }
        let wanted = name.lowercased()
        for part in parameters.split(separator: ";") {
            let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if SDPText.trim(pair[0]).lowercased() == wanted { return pair.count > 1 ? SDPText.trim(pair[1]) : "" }
        }
        return nil
    }

    /// The payload types RFC 3551 §6 assigns, which need no `rtpmap` line.
    static func assigned(type: UInt8) -> SDPPayload {
        switch type {
        case 0: SDPPayload(type: type, encodingName: "PCMU", clockRate: 8_000)
        case 8: SDPPayload(type: type, encodingName: "PCMA", clockRate: 8_000)
        case 9: SDPPayload(type: type, encodingName: "G722", clockRate: 8_000)
        case 13: SDPPayload(type: type, encodingName: "CN", clockRate: 8_000)
        default: SDPPayload(type: type, encodingName: "", clockRate: 0)
        }
    }
}
