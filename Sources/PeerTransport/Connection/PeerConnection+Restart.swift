package import MediaWire

// ICE restarts and endings that come apart from descriptions, as WHIP has them.
extension PeerConnection {
    /// Our present ICE credentials.
    package var localCredentials: ICECredentials { transport.localCredentials }

    /// The peer's present ICE credentials; nil before the first exchange.
    package var remoteCredentials: ICECredentials? { appliedTransport?.credentials }

    /// Whether the peer has ended DTLS; the connection goes on until its owner closes it.
    package var isEndedByPeer: Bool { transport.isEndedByPeer }

    /// Takes new credentials of a peer that restarts ICE without a new offer (RFC 9725 §4.3.3); ours are new too.
    ///
    /// The path in use is kept until another one is found. Candidates of the peer follow by `addRemoteCandidate`.
    /// Before the first exchange, and with the credentials in use, it does nothing.
    package func restartICE(remoteCredentials: ICECredentials, at now: Instant) {
        guard !isClosed, var remote = appliedTransport, remote.credentials != remoteCredentials else { return }
        self.now = now
        remote.credentials = remoteCredentials
        remote.candidates = []
        negotiator.remoteTransport = remote
        appliedTransport = remote
        transport.restartICE(localCredentials: .random(), at: now)
        transport.setRemote(credentials: remoteCredentials, at: now)
        updateState()
    }
}
