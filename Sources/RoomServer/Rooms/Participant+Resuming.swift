import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

extension Participant {
    /// How long a participant whose connection has failed may take to come back.
    static let resumeTimeout = Duration.seconds(5)

    /// Continues with a new signalling connection.
    func resume(_ parameters: JoinParameters, session: SignalSession) {
        let previous = self.session
        self.session = session
        session.bind(to: self)
        previous?.close()
        deadline = nil
        logger.info("participant resumes", metadata: ["reason": "\(parameters.reconnectReason)"])

        var response = Livekit_ReconnectResponse()
        response.iceServers = room.configuration.iceServers
        response.serverInfo = serverInfo
        response.lastMessageSeq = lastReliableSequence
        send(Livekit_SignalResponse(.reconnect(response)))
        // The snapshot lists everybody: whoever is missing in it has left meanwhile.
        send(.participants([info] + room.others(for: self).map(\.info)))
        send(.room(room.info))
        refreshToken()

        let now = room.environment.now
        if let state = parameters.syncState { synchronise(state) }
        if legs.isSingle {
            sections = SectionRequest(expectsOffer: true, at: now)
            if let offer = parameters.publisherOffer { handleOffer(offer) }
        } else {
            restartsICE = true
            perform(offers.restarted(at: now))
        }
        for track in published.values { track.repeatDemand(at: now) }
        reconcileSubscriptions()
    }

    /// Takes the client's view of the session after a reconnect.
    func synchronise(_ state: Livekit_SyncState) {
        // Tracks whose wish differs from the default.
        if state.hasSubscription { wishes.apply(state.subscription) }
        for sid in state.trackSidsDisabled.map(TrackSID.init(rawValue:)) {
            var disabled = settings[sid] ?? Livekit_UpdateTrackSettings()
            disabled.disabled = true
            settings[sid] = disabled
            subscriptions[sid]?.apply(disabled)
        }
        for track in state.publishTracks where track.hasTrack {
            let sid = TrackSID(rawValue: track.track.sid)
            guard published[sid] == nil, !pending.contains(sid) else { continue }
            logger.info("client publishes what the server does not know", metadata: ["track": "\(sid)"])
            send(.leave(.stateMismatch, .reconnect))
            session?.close()
            return
        }
        reconcileSubscriptions()
    }

    /// The signalling connection is gone.
    ///
    /// A client that never connected has nothing to resume.
    func signalLost(_ session: SignalSession) {
        guard session === self.session else { return }
        logger.info("signalling lost")
        self.session = nil
        if !primaryLeg.hasConnected { close(.signalClose) }
    }

    /// A connection has failed for good: the client is told to resume, and given some time for it.
    func connectionLost() {
        guard deadline == nil || profile.state == .active else { return }
        logger.info("connection lost")
        send(.leave(.connectionTimeout, .resume))
        session?.close()
        session = nil
        deadline = room.environment.now + Self.resumeTimeout
    }
}
