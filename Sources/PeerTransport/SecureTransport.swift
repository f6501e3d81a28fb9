package import MediaWire

/// The secure path to one peer: ICE, DTLS, SRTP and SCTP over one bundle, sans-IO.
///
/// **Order of things.** `setRemote(credentials:)` and candidates let ICE look for a path; `setRemote(fingerprint:)` lets
/// DTLS start as soon as there is one. When the handshake is done and the certificate is the expected one, its keys
/// protect RTP, and SCTP starts if data channels are wanted.
///
/// **Driving.** It is confined to one thread. After any call, drain `poll` until it is nil, then see to it that
/// `handleTimeout` is called at `nextTimeout`.
///
/// **Receiving.** Datagrams are told apart by their first byte (RFC 7983). Everything but STUN must come by a path on
/// which the peer has proven itself with its ICE password.
package final class SecureTransport: DrivenPeer {
    /// DTLS datagrams kept while the peer's fingerprint, or a path to answer on, is not known yet.
    ///
    /// One flight has three or four, and what is lost is sent again.
    static let earlyDatagramLimit = 16

    /// Media packets kept until there are keys.
    ///
    /// A peer may send as soon as it has sent its last handshake message, which may be lost: this is a fifth of a second
    /// of one video, and with it the first key frame.
    static let earlyMediaLimit = 128

    let certificate: Certificate
    let profiles: [SRTPProfile]
    var ice: ICEAgent
    var dtls: DTLSEndpoint?
    var srtp: SRTPSession?
    var channels: DataChannels?
    var hasStartedDTLS = false
    var hasReportedDTLS = false
    /// DTLS datagrams that came before the fingerprint.
    var earlyInbound: [[UInt8]] = []
    /// Media that overtook the end of the handshake, with its arrival.
    var earlyMedia: [(datagram: Datagram, arrival: Instant)] = []
    /// DTLS datagrams to send once there is a path.
    var earlyOutbound: [[UInt8]] = []
    /// What `poll` gives next starts at `outputHead`.
    var output: [TransportOutput] = []
    var outputHead = 0
    /// The peers' and our own counts.
    package internal(set) var statistics = TransportStatistics()

    /// Makes a transport that waits for the peer's description.
    package init(
        certificate: Certificate,
        iceRole: ICERole,
        localCredentials: ICECredentials,
        srtpProfiles: [SRTPProfile] = [.aeadAES128GCM, .aes128CMHMACSHA1_80],
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator(),
        now: Instant
    ) {
        precondition(!srtpProfiles.isEmpty, "media needs a profile")
        self.certificate = certificate
        profiles = srtpProfiles
        ice = ICEAgent(role: iceRole, credentials: localCredentials, generator: generator)
    }

    // MARK: - Descriptions

    /// Our present credentials.
    package var localCredentials: ICECredentials { ice.current.local }

    /// The fragment by which checks for us are recognised.
    package var localUfrag: String { ice.current.local.ufrag }

    /// Whether the peer has ended DTLS.
    ///
    /// The connection goes on until its owner closes it.
    package var isEndedByPeer: Bool { dtls?.isEndedByPeer ?? false }

    /// Our part in choosing the pair; a role conflict may change it.
    package var iceRole: ICERole { ice.role }

    /// Takes the controlling part because the peer is lite (RFC 8445 §6.1.1), or gives it up.
    package func setICERole(_ role: ICERole) {
        ice.role = role
    }

    /// The state of the path.
    package var iceState: ICEConnectionState { ice.state }

    /// The profile in use once DTLS has connected.
    package var srtpProfile: SRTPProfile? { srtp?.profile }

    /// Adds an address of ours: a socket's, or one that reaches it.
    ///
    /// TCP candidates are passive.
    package func addLocalCandidate(_ candidate: ICECandidate) {
        ice.addLocalCandidate(candidate)
    }

    /// Sets the peer's credentials; others than before mean that it has restarted ICE.
    package func setRemote(credentials: ICECredentials, at now: Instant) {
        ice.setRemote(credentials, at: now)
        advance(at: now)
    }

    /// Restarts ICE with new credentials of ours.
    ///
    /// The path in use is kept until the restart has found one.
    package func restartICE(localCredentials: ICECredentials, at now: Instant) {
        ice.restart(localCredentials, at: now)
        advance(at: now)
    }

    /// Adds an address of the peer.
    ///
    /// What cannot be used is ignored.
    package func addRemoteCandidate(_ candidate: ICECandidate, at now: Instant) {
        ice.addRemoteCandidate(candidate, at: now)
        advance(at: now)
    }

    /// Says which certificate the peer must present, and our part in the handshake.
    ///
    /// Once set, it stays: a peer that changes its certificate is another peer, and gets another transport.
    package func setRemote(fingerprint: Fingerprint, dtlsRole ours: DTLSRole, at now: Instant) {
        guard dtls == nil, !hasReportedDTLS else { return }
        do {
            dtls = try DTLSEndpoint(
                certificate: certificate,
                profiles: profiles,
                role: ours,
                expecting: fingerprint
            )
        } catch {
            failDTLS(error.description)
        }
        let early = earlyInbound
        earlyInbound.removeAll()
        for datagram in early { dtls?.handle(datagram, at: now) }
        advance(at: now)
    }

    // MARK: - Data channels

    /// Lets data channels be used; the association starts when DTLS has connected.
    ///
    /// Again, it sets the peer's limit.
    ///
    /// - Parameters:
    ///   - remotePort: The peer's `a=sctp-port`. Ours is 5000.
    ///   - maxMessageSize: The longest message the peer takes, its `a=max-message-size`; 0 there means any.
    package func enableDataChannels(remotePort: UInt16 = 5000, maxMessageSize: Int, at now: Instant) {
        let limit = maxMessageSize <= 0 ? DataChannels.outboundLimit : maxMessageSize
        if let channels {
            channels.maximumMessageSize = limit
        } else {
            channels = DataChannels(localPort: 5000, remotePort: remotePort, maximumMessageSize: limit)
        }
        advance(at: now)
    }

    /// Makes a data channel; `.dataChannelOpened` says when it can carry messages.
    ///
    /// - Parameters:
    ///   - maxRetransmits: How often a lost message is sent again; nil means until it arrives.
    ///   - negotiatedStream: The stream both sides have agreed on; nil announces the channel to the peer (RFC 8832).
    package func openDataChannel(
        label: String,
        protocol subprotocol: String = "",
        ordered: Bool,
        maxRetransmits: UInt16?,
        negotiatedStream: UInt16?,
        at now: Instant
    ) -> DataChannelID {
        precondition(channels != nil, "data channels must be enabled before one is opened")
        defer { advance(at: now) }
        return channels?.open(
            label: label,
            protocol: subprotocol,
            ordered: ordered,
            maxRetransmits: maxRetransmits,
            negotiatedStream: negotiatedStream,
            at: now
        ) ?? DataChannelID(number: 0)
    }

    /// Sends a message, or says why it cannot be taken.
    package func send(
        _ data: [UInt8],
        binary: Bool,
        on channel: DataChannelID,
        at now: Instant
    ) throws(DataChannelError) {
        guard let channels else { throw .closed }
        try channels.send(data, binary: binary, on: channel, at: now)
        advance(at: now)
    }

    /// Closes a data channel after what has been sent on it.
    package func closeDataChannel(_ channel: DataChannelID, at now: Instant) {
        channels?.close(channel, at: now)
        advance(at: now)
    }

    // MARK: - Driving

    /// When `handleTimeout` must be called next; nil while nothing is awaited.
    package var nextTimeout: Instant? {
        guard ice.state != .closed else { return nil }
        var next = ice.nextTimeout
        if let deadline = dtls?.deadline { next = next.map { min($0, deadline) } ?? deadline }
        if let deadline = channels?.nextTimeout { next = next.map { min($0, deadline) } ?? deadline }
        return next
    }

    /// How far an address is known to be the peer's.
    package func trust(in remote: TransportAddress, over transport: TransportProtocol) -> PathTrust {
        ice.trust(in: remote, over: transport)
    }

    /// Does what was due by `now`.
    package func handleTimeout(at now: Instant) {
        guard ice.state != .closed else { return }
        ice.handleTimeout(at: now)
        dtls?.handleTimeout(at: now)
        channels?.handleTimeout(at: now)
        advance(at: now)
    }

    /// The next thing to do, nil once there is none.
    package func poll() -> TransportOutput? {
        guard outputHead < output.count else {
            output.removeAll(keepingCapacity: true)
            outputHead = 0
            return nil
        }
        outputHead += 1
        return output[outputHead - 1]
    }

    /// Says goodbye to the peer and stops everything.
    package func close(at now: Instant) {
        guard ice.state != .closed else { return }
        channels?.close()
        advance(at: now)
        dtls?.close()
        advance(at: now)
        ice.close()
        advance(at: now)
    }
}
