import LiveKitProtocol
import MediaWire
import Scene

/// Who is in the room and what they publish, as far as a recording cares.
struct RoomModel: Sendable {
    /// A published track.
    struct Track: Sendable, Hashable {
        /// The role of a track.
        enum Role: Sendable, Hashable {
            case camera
            case screen
            case sound
        }

        var sid: String
        var role: Role
        var isMuted: Bool
        /// The largest picture, if the publisher has said.
        var size: SceneSize?
        /// Whether it can be decoded here: a known codec and no end-to-end encryption.
        var isReadable: Bool
        /// What the publisher calls it.
        var origin = Livekit_TrackSource.unknown
        /// How it is encoded; nil while the server does not know.
        var codec: Codec?

        /// Sound or picture.
        var kind: MediaKind { role == .sound ? .audio : .video }
    }

    /// A participant.
    struct Person: Sendable, Hashable {
        var sid: String
        var identity: String
        var name: String
        /// Whether it has a tile without a picture too: people, but no agents, recorders and other machines.
        var hasTile: Bool
        var tracks: [Track]
        /// What it is: a person, an agent and so on.
        var kind = Livekit_ParticipantInfo.Kind.standard
    }

    /// In the order of joining.
    private(set) var people: [Person] = []
    private var joinedOrders: [String: Int] = [:]
    private var speaking: Set<String> = []
    private var lastSpokeAt: [String: Double] = [:]
    private var joinCount = 0

    /// Somebody came, or changed; replaces what is known of them but the tracks, which have events of their own.
    mutating func update(_ person: Person) {
        if let index = people.firstIndex(where: { $0.sid == person.sid }) {
            var person = person
            person.tracks = people[index].tracks
            people[index] = person
        } else if people.count < Self.maximumPeople {
            people.append(person)
            joinedOrders[person.sid] = joinCount
            joinCount += 1
        }
    }

    /// Somebody left.
    mutating func remove(person sid: String) {
        people.removeAll { $0.sid == sid }
        joinedOrders[sid] = nil
        lastSpokeAt[sid] = nil
        speaking.remove(sid)
    }

    /// A track was published or changed.
    mutating func update(_ track: Track, of person: String) {
        guard let index = people.firstIndex(where: { $0.sid == person }) else { return }
        if let known = people[index].tracks.firstIndex(where: { $0.sid == track.sid }) {
            people[index].tracks[known] = track
        } else {
            people[index].tracks.append(track)
        }
    }

    /// A track is gone.
    mutating func remove(track: String, of person: String) {
        guard let index = people.firstIndex(where: { $0.sid == person }) else { return }
        people[index].tracks.removeAll { $0.sid == track }
    }

    /// These speak now, at `seconds` of the session's clock.
    mutating func speak(_ sids: [String], at seconds: Double) {
        for sid in speaking.union(sids) where joinedOrders[sid] != nil { lastSpokeAt[sid] = seconds }
        speaking = Set(sids)
    }

    /// Whoever has this identity now.
    func person(identity: String) -> Person? { people.last { $0.identity == identity } }

    /// A track that can be recorded, and whose it is.
    func find(track sid: String) -> (person: Person, track: Track)? {
        for person in people {
            if let track = person.tracks.first(where: { $0.sid == sid && $0.isReadable }) { return (person, track) }
        }
        return nil
    }

    /// Whether anybody sends a picture that can be recorded.
    var expectsPicture: Bool { sources.contains { $0.hasPicture } }

    /// What a layout can choose from.
    var sources: [SceneSource] {
        people.flatMap { person in
            let screens = person.tracks.filter { $0.role == .screen && $0.isReadable }
            let camera = camera(of: person)
            var sources = screens.map { source(of: person, .screenShare, track: $0, id: Self.sourceID(of: $0, person)) }
            if person.hasTile || camera != nil {
                sources.append(source(of: person, .camera, track: camera, id: Self.cameraID(of: person)))
            }
            return sources
        }
    }

    /// Every track to be received, with the source whose picture it is; nil for sound.
    var tracks: [(person: String, track: Track, source: String?)] {
        people.flatMap { person in
            let camera = camera(of: person)
            return person.tracks.filter(\.isReadable).compactMap {
                track -> (person: String, track: Track, source: String?)? in
                switch track.role {
                case .sound: (person.sid, track, nil)
                case .screen: (person.sid, track, Self.sourceID(of: track, person))
                // Of several cameras one is shown: the first that is not muted.
                case .camera: track.sid == camera?.sid ? (person.sid, track, Self.cameraID(of: person)) : nil
                }
            }
        }
    }

    private func camera(of person: Person) -> Track? {
        let cameras = person.tracks.filter { $0.role == .camera && $0.isReadable }
        return cameras.first { !$0.isMuted } ?? cameras.first
    }

    private func source(of person: Person, _ kind: SceneSourceKind, track: Track?, id: String) -> SceneSource {
        SceneSource(
            id: id,
            participantID: person.sid,
            identity: person.identity,
            name: person.name,
            kind: kind,
            hasPicture: track.map { !$0.isMuted } ?? false,
            pictureSize: track?.size,
            isSpeaking: speaking.contains(person.sid),
            lastSpokeAt: lastSpokeAt[person.sid],
            joinedOrder: joinedOrders[person.sid] ?? 0
        )
    }

    private static func cameraID(of person: Person) -> String { "\(person.sid)/camera" }
    private static func sourceID(of screen: Track, _ person: Person) -> String { "\(person.sid)/\(screen.sid)" }

    /// Far more than a layout can show; a bound on what a room can make a recorder keep.
    private static let maximumPeople = 2000
}
