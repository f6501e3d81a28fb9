import Forwarding
import LiveKitProtocol
import Logging
import MediaWire
import Signaling

/// One room: who is in it, what they have been told of it, and its clock.
final class Room {
    let sid = RoomSID.random()
    let name: String
    unowned let core: RoomCore
    let logger: Logger

    /// The room as clients and API callers see it, without what is counted: see ``info``.
    var description = Livekit_Room()
    /// Everybody, in the order of their coming.
    private(set) var participants: [Participant] = []
    /// What is recorded of it by itself.
    var autoEgress = AutoEgress()
    var speakers = SpeakerList()
    var nextSpeakerUpdate: Instant
    var nextQualityUpdate: Instant
    /// What was last announced of the counts, to tell news.
    var announced = Livekit_Room()
    var nextCountUpdate: Instant

    private var participantsByIdentity: [String: Participant] = [:]
    private var participantsBySID: [ParticipantSID: Participant] = [:]
    private let created: Instant
    private var emptySince: Instant?
    /// Random bytes that mark frames this server injects; clients drop those, so nobody may guess them.
    let injectedFrameTrailer: [UInt8]

    var environment: any RoomEnvironment { core.environment }
    var configuration: RoomCoreConfiguration { core.configuration }

    init(name: String, core: RoomCore) {
        self.name = name
        self.core = core
        var logger = core.logger
        logger[metadataKey: "room"] = "\(name)"
        self.logger = logger
        created = core.environment.now
        nextSpeakerUpdate = created
        nextQualityUpdate = created
        nextCountUpdate = created
        var generator = SystemRandomNumberGenerator()
        injectedFrameTrailer = (0..<16).map { _ in UInt8.random(in: 0...255, using: &generator) }
        let milliseconds = core.environment.wallClock.unixNanoseconds / 1_000_000
        description.sid = sid.rawValue
        description.name = name
        description.creationTime = milliseconds / 1000
        description.creationTimeMs = milliseconds
        description.emptyTimeout = core.configuration.emptyTimeout
        description.departureTimeout = core.configuration.departureTimeout
        description.maxParticipants = core.configuration.maximumParticipants
        description.enabledCodecs = PublishCodecs.enabled(core.configuration.enabledCodecs)
        announced = description
    }

    /// The room as clients and API callers see it.
    var info: Livekit_Room {
        var info = description
        info.numParticipants = UInt32(clamping: participants.count { !$0.isDependent })
        info.numPublishers = UInt32(clamping: participants.count { !$0.isDependent && $0.info.isPublisher })
        info.activeRecording = participants.contains(where: \.isRecorder)
        return info
    }

    /// Takes the configuration a token brings for a room it creates.
    func apply(_ configured: Livekit_RoomConfiguration) {
        if configured.emptyTimeout > 0 { description.emptyTimeout = configured.emptyTimeout }
        if configured.departureTimeout > 0 { description.departureTimeout = configured.departureTimeout }
        if configured.maxParticipants > 0 { description.maxParticipants = configured.maxParticipants }
        if !configured.metadata.isEmpty { description.metadata = configured.metadata }
        if configured.hasEgress { autoEgress = AutoEgress(configured.egress) }
    }

    // MARK: Members

    func participant(identity: String) -> Participant? { participantsByIdentity[identity] }

    func participant(sid: ParticipantSID) -> Participant? { participantsBySID[sid] }

    func hasSpace(for participant: Participant) -> Bool {
        let limit = description.maxParticipants
        return limit == 0 || participant.isDependent || participants.count { !$0.isDependent } < Int(limit)
    }

    func add(_ participant: Participant) {
        participants.append(participant)
        participantsByIdentity[participant.identity] = participant
        participantsBySID[participant.sid] = participant
        emptySince = nil
    }

    /// Takes somebody out who has been closed.
    func remove(_ participant: Participant) {
        participants.removeAll { $0 === participant }
        participantsBySID[participant.sid] = nil
        autoEgress.left(participant.sid)
        if participantsByIdentity[participant.identity] === participant {
            participantsByIdentity[participant.identity] = nil
        }
        if !participants.contains(where: { !$0.isDependent }) { emptySince = environment.now }
    }

    func closeAll(reason: Livekit_DisconnectReason) {
        for participant in participants { participant.close(reason) }
    }

    /// Whether nobody has been here for so long that the room ends.
    ///
    /// Those who only serve others do not count.
    func isExpired(at now: Instant) -> Bool {
        guard !participants.contains(where: { !$0.isDependent }) else { return false }
        if let emptySince {
            // A recorder that is alone from the start waits as long as an empty room does.
            return now - emptySince >= .seconds(Int64(description.departureTimeout))
        }
        return now - created >= .seconds(Int64(description.emptyTimeout))
    }
}
