public import MediaWire

/// One WebRTC peer connection, sans-IO: negotiation, ICE, DTLS, SRTP, media with its reports, and data channels.
///
/// It owns no socket, no thread and no clock, and is confined to the thread of whoever drives it. The driver hands in
/// datagrams (`handle`) and the time (`handleTimeout` at `nextTimeout`), and after every call into the connection
/// drains `poll` until it is nil: datagrams to send, events to act upon.
///
/// A packet's way in: `SecureTransport` decrypts, `InboundDirectory` finds its layer, `SequenceWindow` drops what was
/// seen, a `.media` event hands it out. Its way out: `send` stamps payload type, source and extensions
/// (`PacketWriter`), keeps it for retransmission, and `SecureTransport` encrypts. Negotiation (`Negotiator`) only ever
/// swaps the tables these use.
public final class PeerConnection {
    let configuration: PeerConfiguration
    let transport: SecureTransport

    var negotiator: Negotiator
    /// Counts our descriptions, for the version of `o=`.
    var descriptionVersion: UInt64 = 0
    let sessionID = UInt64.random(in: 1...UInt64(Int64.max))
    /// Candidates that came before the description they belong to.
    var earlyCandidates: [ICECandidate] = []
    /// The transport whose parameters are in use; a difference is what an exchange changed.
    var appliedTransport: TransportDescription?
    /// Our part in the handshake, once it is settled.
    var dtlsRole: DTLSRole?

    var inbound = InboundDirectory()
    /// By sender identifier; nil once removed.
    var outbound: [OutboundTrack?] = []
    var outboundBySource: [SSRC: OutboundStream] = [:]
    /// The source of reports and requests that belong to no stream of ours.
    let reporter: SSRC
    var feedback = TransportFeedbackRecorder()
    /// The stream named in feedback, the last that came.
    var feedbackMedia: SSRC = 0
    var sentPackets = SentPacketHistory()
    var roundTrip = RoundTripEstimator()
    /// When reports are due next; nil while no media flows.
    var nextReport: Instant?
    /// When losses are due to be asked for; nil while there are none.
    var nextNACK: Instant?
    /// The peer's last reference time report, for the reply (RFC 3611 §4.4).
    var peerReferenceTime: (ssrc: SSRC, compactNTP: UInt32, arrival: Instant)?

    /// Whether the transport has been told of data channels: by an exchange, or by opening one before it.
    var areDataChannelsEnabled = false
    var iceState = ICEConnectionState.new
    var isSecure = false
    /// Why the handshake failed, if it did; for logs.
    public internal(set) var handshakeFailure: String?
    var isClosed = false
    /// What was told last.
    var state = PeerConnectionState.new

    var events: [PeerEvent] = []
    var eventsHead = 0
    /// The time of the call under way, for what the transport reports while it is drained.
    var now: Instant
    var counters = PeerStatistics()

    /// Makes a connection that waits to offer or to be offered.
    public init(configuration: PeerConfiguration, now: Instant) {
        self.configuration = configuration
        self.now = now
        negotiator = Negotiator(rules: NegotiationRules(configuration))
        reporter = SSRC(rawValue: UInt32.random(in: 1...UInt32.max))
        transport = SecureTransport(
            certificate: configuration.certificate,
            iceRole: configuration.iceRole,
            localCredentials: .random(),
            generator: configuration.generator,
            now: now
        )
        for candidate in configuration.localCandidates { transport.addLocalCandidate(candidate) }
    }

    /// The tracks the other side sends, those of an offer not answered yet included.
    public var remoteTracks: [RemoteTrack] { negotiator.remoteTracks }

    /// The state that the last `.connectionState` event told.
    public var connectionState: PeerConnectionState { state }
}
