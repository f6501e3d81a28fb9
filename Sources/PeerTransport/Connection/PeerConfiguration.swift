public import MediaWire

/// How a peer connection is set up.
public struct PeerConfiguration: Sendable {
    /// Our DTLS certificate, shared by all connections of a process.
    public var certificate: Certificate
    /// Controlling where we make the offers, controlled where we answer (RFC 8445 §6.1.1).
    public var iceRole: ICERole
    /// Our sockets' addresses, written into descriptions.
    public var localCandidates: [ICECandidate]
    /// Audio codecs, preferred first.
    ///
    /// Payload types and formats count when offering; an answer adopts the offer's.
    public var audioCodecs: [CodecParameters]
    /// Video codecs, preferred first.
    public var videoCodecs: [CodecParameters]
    /// Header extensions by kind and direction.
    public var headerExtensions: HeaderExtensionPolicy
    /// Our DTLS role in answers where the offer leaves the choice; client (`active`) saves a round trip.
    public var answeringDTLSRole: DTLSRole
    /// The largest data channel message we take, bytes.
    public var maxMessageSize: Int
    /// Whether offers have, and answers accept, a section for data channels.
    public var dataChannels: Bool
    /// Wall clock at an instant, for sender reports.
    ///
    /// The default counts the monotonic clock from 1970.
    public var wallClock: @Sendable (Instant) -> WallClock
    /// Names the connection in logs.
    public var label: String
    /// When consent is asked for is random (RFC 7675 §5.1); tests in virtual time want the same luck each time.
    package var generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()

    /// Makes a configuration with LiveKit's codecs and extensions.
    public init(
        certificate: Certificate,
        iceRole: ICERole,
        localCandidates: [ICECandidate] = [],
        audioCodecs: [CodecParameters] = CodecParameters.defaultAudio,
        videoCodecs: [CodecParameters] = CodecParameters.defaultVideo,
        headerExtensions: HeaderExtensionPolicy = .liveKit,
        answeringDTLSRole: DTLSRole = .client,
        maxMessageSize: Int = 65_535,
        dataChannels: Bool = true,
        wallClock: @escaping @Sendable (Instant) -> WallClock = { WallClock(unixNanoseconds: $0.nanoseconds) },
        label: String = ""
    ) {
        self.certificate = certificate
        self.iceRole = iceRole
        self.localCandidates = localCandidates
        self.audioCodecs = audioCodecs
        self.videoCodecs = videoCodecs
        self.headerExtensions = headerExtensions
        self.answeringDTLSRole = answeringDTLSRole
        self.maxMessageSize = maxMessageSize
        self.dataChannels = dataChannels
        self.wallClock = wallClock
        self.label = label
    }
}
