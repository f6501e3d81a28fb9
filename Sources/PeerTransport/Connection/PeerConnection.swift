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

    // MARK: Senders

    /// Adds an outgoing track; it gets a media section in the next offer or answer.
    ///
    /// - Parameters:
    ///   - codecs: What may be sent, preferred first.
    ///   - streamID: Groups tracks that are played in step, first part of `a=msid`.
    ///   - trackID: Second part of `a=msid`.
    ///   - rids: Layers of a simulcast publisher; empty for a single stream.
    ///   - stereo: Whether Opus is sent with two channels.
    public func addSender(
        kind: MediaKind,
        codecs: [Codec],
        streamID: String,
        trackID: String,
        rids: [String] = [],
        stereo: Bool = false
    ) -> SenderID {
        let names: [String?] = rids.isEmpty ? [nil] : rids
        var taken: Set<SSRC> = []
        let streams = names.map { rid in
            SenderDescription.Stream(
                rid: rid,
                ssrc: unusedSource(besides: &taken),
                retransmission: unusedSource(besides: &taken)
            )
        }
        let id = negotiator.addSender(
            kind: kind,
            codecs: codecs,
            streamID: streamID,
            trackID: trackID,
            isStereo: stereo,
            streams: streams
        )
        guard let sender = negotiator.sender(id) else { return id }
        let track = OutboundTrack(
            id: id,
            streams: streams.map {
                OutboundStream(
                    $0,
                    of: sender,
                    retransmissionSequence: SequenceNumber(rawValue: UInt16.random(in: 0...UInt16.max))
                )
            }
        )
        outbound.append(track)
        for stream in track.streams {
            outboundBySource[stream.ssrc] = stream
            outboundBySource[stream.retransmissionSSRC] = stream
        }
        return id
    }

    /// Ends an outgoing track at once.
    ///
    /// Its section shows as inactive in the next description and is free after that.
    public func removeSender(_ id: SenderID) {
        guard let track = track(id) else { return }
        for stream in track.streams {
            outboundBySource[stream.ssrc] = nil
            outboundBySource[stream.retransmissionSSRC] = nil
        }
        outbound[id.rawValue] = nil
        negotiator.removeSender(id)
    }

    /// The section of a sender, nil until it is agreed that it may send.
    public func mid(of id: SenderID) -> Mid? { negotiator.negotiated(for: id)?.mid }

    /// The codec to send: the most preferred one of the sender that was agreed on.
    public func codec(of id: SenderID) -> Codec? { track(id)?.agreement?.payloads.first?.codec }

    /// The payload type agreed for a codec of a sender.
    public func payloadType(of id: SenderID, codec: Codec) -> UInt8? {
        track(id)?.agreement?.payload(codec)?.payloadType
    }

    /// Senders that have no media section yet.
    ///
    /// As answerer, they wait for sections the client offers to receive on.
    public var unassignedSenders: [MediaKind: Int] { negotiator.waiting }

    /// Sections the client must still add to its next offer so that every sender has one; free ones are counted in.
    public var missingSections: [MediaKind: Int] { negotiator.missingSections }

    /// The tracks the other side sends, those of an offer not answered yet included.
    public var remoteTracks: [RemoteTrack] { negotiator.remoteTracks }

    /// The state that the last `.connectionState` event told.
    public var connectionState: PeerConnectionState { state }

    func track(_ id: SenderID) -> OutboundTrack? {
        outbound.indices.contains(id.rawValue) ? outbound[id.rawValue] : nil
    }

    private func unusedSource(besides taken: inout Set<SSRC>) -> SSRC {
        while true {
            let source = SSRC(rawValue: UInt32.random(in: 1...UInt32.max))
            if source != reporter, outboundBySource[source] == nil, taken.insert(source).inserted { return source }
        }
    }
}
