import Forwarding
import LiveKitProtocol
import Logging
import MediaWire
import PeerTransport
import Signaling

/// One stay of somebody in a room: what others know of them, their connections, what they publish and what they get.
///
/// Its parts are in extensions by subject; decisions that need no connection are values of `Signaling` and `Forwarding`:
/// pending tracks, wishes, policies, negotiation states.
///
/// The life of a participant: made by ``RoomCore/join(_:connection:)``; `joined` once the join response is out; `active` once
/// the connection that counts is up; it survives the loss of its signalling connection and may be resumed; ``close(_:)``
/// ends it.
final class Participant {
    let sid = ParticipantSID.random()
    let room: Room
    let client: Livekit_ClientInfo
    let traits: ClientTraits
    let legs: ParticipantLegs
    let logger: Logger
    let joinedAt: Instant
    /// Whether the client sends track settings, and starts with the smallest layer until it has.
    let adaptsStreams: Bool

    /// What the token says; permissions change it.
    var claims: ClaimGrants
    /// What others are told, without the tracks: see ``info``.
    var profile = Livekit_ParticipantInfo()
    var session: SignalSession?

    // Publishing
    var pending = PendingTracks()
    var published: [TrackSID: PublishedTrack] = [:]
    var publishedByMid: [Mid: PublishedTrack] = [:]
    var policy = SubscriptionPolicy()

    // Subscribing
    var wishes: SubscriptionWishes
    var subscriptions: [TrackSID: TrackSubscription] = [:]
    var subscriptionsBySender: [SenderID: TrackSubscription] = [:]
    var settings: [TrackSID: Livekit_UpdateTrackSettings] = [:]
    var denied: Set<TrackSID> = []
    var offers: OfferNegotiation
    var sections: SectionRequest
    /// Whether the next offer restarts ICE, for a client that resumes.
    var restartsICE = false

    // Data
    var backlog = DataBacklog()
    var lastReliableSequence: UInt32 = 0

    // Health
    var score = ConnectionScore()
    var announcedQualities: [ParticipantSID: Livekit_ConnectionQuality] = [:]
    var lastTraffic = TrafficSample()
    var roundTrip = Duration.milliseconds(70)
    var deadline: Instant?
    var nextTokenRefresh: Instant
    private(set) var isClosed = false

    init(parameters: JoinParameters, room: Room) {
        let environment = room.environment
        self.room = room
        claims = parameters.claims
        client = parameters.clientInfo
        traits = ClientTraits(parameters.clientInfo)
        joinedAt = environment.now
        nextTokenRefresh = environment.now + Self.tokenRefreshInterval
        deadline = environment.now + Self.joinTimeout
        adaptsStreams = parameters.adaptiveStream
        wishes = SubscriptionWishes(isAutomatic: parameters.autoSubscribe)
        offers = OfferNegotiation(firstID: UInt32.random(in: 1...256))
        sections = SectionRequest(expectsOffer: true, at: environment.now)
        var logger = room.logger
        logger[metadataKey: "participant"] = "\(parameters.claims.identity)"
        logger[metadataKey: "sid"] = "\(sid)"
        self.logger = logger
        legs = ParticipantLegs(
            room: room,
            label: sid.rawValue,
            isSingle: parameters.usesSinglePeerConnection
        )
        profile = Self.profile(of: parameters, sid: sid, room: room)
    }

    var identity: String { profile.identity }

    /// What others are told.
    ///
    /// Setting it changes the profile; tracks come from what is published.
    var info: Livekit_ParticipantInfo {
        get {
            var info = profile
            info.tracks = published.values.sorted { $0.sid.rawValue < $1.sid.rawValue }.map(\.info)
            return info
        }
        set {
            profile = newValue
            profile.tracks = []
        }
    }

    var permission: Livekit_ParticipantPermission { profile.permission }

    /// Whether it is here to record.
    var isRecorder: Bool { permission.recorder || profile.kind == .egress }

    /// Whether it is here only for others: a room with nobody else is empty.
    var isDependent: Bool { isRecorder || permission.agent || profile.kind == .agent }

    /// Whether others may not know of it.
    var isInvisible: Bool { permission.hidden || isRecorder }

    /// Whether it may know of another participant.
    func sees(_ other: Participant) -> Bool { other === self || !other.isInvisible }

    func send(_ response: Livekit_SignalResponse) { session?.send(response) }

    /// Counts a change and tells everybody who may know.
    func changed(includingSelf: Bool = true) {
        profile.version &+= 1
        guard !isClosed else { return }
        room.broadcast(self, includingSelf: includingSelf)
    }

    /// Marks it as ended; nothing is sent or received from here on.
    func markClosed() { isClosed = true }

    private static func profile(
        of parameters: JoinParameters,
        sid: ParticipantSID,
        room: Room
    ) -> Livekit_ParticipantInfo {
        let claims = parameters.claims
        let milliseconds = room.environment.wallClock.unixNanoseconds / 1_000_000
        var info = Livekit_ParticipantInfo()
        info.sid = sid.rawValue
        info.identity = claims.identity
        info.name = claims.name
        info.metadata = claims.metadata
        info.attributes = claims.attributes
        info.state = .joining
        info.joinedAt = milliseconds / 1000
        info.joinedAtMs = milliseconds
        info.region = room.configuration.region
        info.permission = (claims.video ?? VideoGrant()).permission
        info.kind = claims.kind
        if info.kind == .standard, info.permission.agent { info.kind = .agent }
        info.kindDetails = claims.kindDetails
        // Other clients decide by these how to talk to this one: passed on as they are.
        info.clientProtocol = parameters.clientInfo.clientProtocol
        info.capabilities = parameters.clientInfo.capabilities
        return info
    }
}
