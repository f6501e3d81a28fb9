/// One media section of a session description: an `m=` line and what follows it.
public struct SDPMedia: Sendable, Hashable {
    /// The type as written: `audio`, `video` or `application`.
    public var mediaType: String
    /// The port; 9 where ICE decides, 0 for a rejected section.
    public var port: UInt16
    /// The protocol, such as `UDP/TLS/RTP/SAVPF`.
    public var protocolName: String
    /// Formats of sections that are not RTP, such as `webrtc-datachannel`; RTP sections have ``payloads``.
    public var formats: [String]
    /// The `c=` line's contents, if there is one.
    public var connection: String?
    /// Contents of `b=` lines, such as `AS:2000`.
    public var bandwidths: [String] = []

    /// The section's name.
    public var mid: String?
    /// Which way media flows, as the writer sees it.
    public var direction: SDPDirection = .sendrecv
    /// Payload types in order of preference.
    public var payloads: [SDPPayload] = []
    /// Header extensions.
    public var extensionMaps: [SDPExtensionMap] = []
    /// Streams and tracks; usually one, when the writer sends.
    public var streamIDs: [SDPStreamID] = []
    /// Sources and what is said of them.
    public var sources: [SDPSource] = []
    /// How sources belong together.
    public var sourceGroups: [SDPSourceGroup] = []
    /// Named streams.
    public var rids: [SDPRid] = []
    /// Which named streams are simulcast layers.
    public var simulcast: SDPSimulcast?

    /// How to reach the writer, where the section says it.
    public var transport = SDPTransport()
    /// Candidates that could be read.
    public var candidates: [ICECandidate] = []
    /// Whether there will be no more candidates.
    public var endOfCandidates = false
    /// Whether RTCP shares the port of RTP (RFC 5761).
    public var rtcpMux = false
    /// Whether RTCP may be of reduced size (RFC 5506).
    public var rtcpReducedSize = false
    /// Whether the section has no transport but the bundle's (RFC 9143).
    public var bundleOnly = false
    /// Whether one- and two-byte header extensions may be mixed (RFC 8285 §6).
    public var extmapAllowMixed = false
    /// The SCTP port of data channels (RFC 8841).
    public var sctpPort: UInt16?
    /// The greatest message the writer takes on data channels, 0 for any (RFC 8841).
    public var maxMessageSize: Int?
    /// Every other attribute, in order.
    public var attributes: [SDPAttribute] = []

    /// A section without attributes.
    public init(mediaType: String, port: UInt16 = 9, protocolName: String, formats: [String] = []) {
        self.mediaType = mediaType
        self.port = port
        self.protocolName = protocolName
        self.formats = formats
    }

    /// The protocol of media sections in WebRTC (RFC 8835).
    public static let rtpProtocol = "UDP/TLS/RTP/SAVPF"
    /// The protocol of data channels (RFC 8841).
    public static let dataChannelProtocol = "UDP/DTLS/SCTP"

    /// Audio or video; `nil` for data channels and other types.
    public var kind: MediaKind? { MediaKind(rawValue: mediaType) }

    /// Whether the section is of data channels.
    public var isDataChannel: Bool { mediaType == "application" && protocolName.hasSuffix("SCTP") }

    /// Whether the section carries RTP.
    public var isRTP: Bool { protocolName.contains("RTP/") }

    /// Whether the section was rejected: port 0 and not merely part of a bundle (RFC 9143 §6).
    public var isRejected: Bool { port == 0 && !bundleOnly }

    /// The first stream and track.
    public var streamID: SDPStreamID? { streamIDs.first }

    /// The payload type `type`, if the section has it.
    public func payload(type: UInt8) -> SDPPayload? {
        payloads.first { $0.type == type }
    }

    /// The retransmission format that repairs the payload type `type`, if there is one.
    public func retransmission(of type: UInt8) -> SDPPayload? {
        payloads.first { $0.isRetransmission && $0.associatedPayloadType == type }
    }

    /// The identifier of a header extension, if the section has it.
    public func extensionID(_ uri: RTPExtensionURI) -> UInt8? {
        extensionMaps.first { $0.uri == uri.rawValue }?.id
    }
}
