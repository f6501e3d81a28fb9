import FoundationEssentials
import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

extension Participant {
    /// How long a joiner may take to connect.
    static let joinTimeout = Duration.seconds(60)
    /// Seconds between the client's pings, and after which it gives the connection up.
    ///
    /// Zero would bring clients down.
    private static let pingInterval: Int32 = 5
    private static let pingTimeout: Int32 = 15

    /// Sends the join response and everything that follows from it.
    func start(_ parameters: JoinParameters, session: SignalSession) {
        self.session = session
        session.bind(to: self)
        legs.attach(to: room.environment) { [weak self] event, leg in self?.handle(event, on: leg) }
        profile.state = .joined
        profile.version = 1
        send(joinResponse())
        logger.info(
            "participant joined",
            metadata: [
                "sdk": "\(client.sdk)", "version": "\(client.version)", "protocol": "\(client.protocol)",
                "single": "\(legs.isSingle)",
            ]
        )
        room.broadcast(self, includingSelf: false)
        if isRecorder { room.announceCounts(at: room.environment.now) }
        for request in parameters.addTrackRequests { addTrack(request) }
        if legs.isSingle {
            reconcileSubscriptions()
            if let offer = parameters.publisherOffer { handleOffer(offer) }
        } else {
            legs.subscriber.openChannels(at: room.environment.now)
            reconcileSubscriptions()
            perform(offers.changed(fast: true, at: room.environment.now))
        }
        refreshToken()
    }

    /// Whether the subscriber connection is the one that has to be up.
    var hasPrimarySubscriber: Bool {
        traits.allowsSubscriberPrimary && permission.canSubscribe && !legs.isSingle
    }

    /// The connection that has to be up.
    var primaryLeg: PeerLeg { hasPrimarySubscriber ? legs.subscriber : legs.publisher }

    private func joinResponse() -> Livekit_SignalResponse {
        var join = Livekit_JoinResponse()
        join.room = room.info
        join.participant = info
        join.otherParticipants = room.others(for: self).map(\.info)
        join.serverVersion = ServerVersion.compatible
        join.serverInfo = serverInfo
        join.serverRegion = room.configuration.region
        join.iceServers = room.configuration.iceServers
        join.subscriberPrimary = hasPrimarySubscriber
        join.pingInterval = Self.pingInterval
        join.pingTimeout = Self.pingTimeout
        join.sifTrailer = Data(room.injectedFrameTrailer)
        join.enabledPublishCodecs = PublishCodecs.enabled(room.configuration.enabledCodecs)
        join.fastPublish = permission.canPublish
        return Livekit_SignalResponse(.join(join))
    }

    var serverInfo: Livekit_ServerInfo {
        ServerVersion.info(nodeID: room.configuration.nodeID, region: room.configuration.region)
    }

    // MARK: Token

    /// How often clients get a new token, with which they reconnect.
    static let tokenRefreshInterval = Duration.seconds(300)
    /// A refreshed token is valid at least this long, in seconds.
    private static let shortestTokenLife: Double = 600

    /// Sends a token that says what the participant may do now.
    func refreshToken() {
        guard let pair = room.configuration.keys.first else { return }
        var grants = claims
        grants.name = profile.name
        grants.metadata = profile.metadata
        grants.attributes = profile.attributes
        let now = Date(timeIntervalSince1970: Double(room.environment.wallClock.unixNanoseconds) / 1e9)
        let left = claims.expiresAt.map { $0.timeIntervalSince(now) } ?? 0
        let token = AccessToken(grants: grants, timeToLive: max(Self.shortestTokenLife, left))
        send(Livekit_SignalResponse(.refreshToken(token.signed(with: pair, now: now))))
        nextTokenRefresh = room.environment.now + Self.tokenRefreshInterval
    }
}
