import LiveKitProtocol
import MediaWire

/// A picture by track or participant, and a choice of the room's sounds.
///
/// What is named is waited for: a track, a participant of the picture; of the sounds' routes one match is enough, and none is needed
/// beside a picture. It is over when nothing it names can come back: the track of its picture is gone, its participant does
/// not return, and so for every route. Who takes every sound, or every participant of a kind, is over with the room.
struct MediaSource: RecordingSource {
    private let video: SourcePlan.MediaVideo?
    private let audio: SourcePlan.MediaAudio?
    private var startedAt: Instant?
    private var isRunning = false
    private var picture: String?
    /// When what the picture and each route name was seen last.
    private var pictureSeenAt: Instant?
    private var routesSeenAt: [Int: Instant] = [:]
    private var phase = SourceChoice.Phase.waiting

    init(video: SourcePlan.MediaVideo?, audio: SourcePlan.MediaAudio?) {
        self.video = video
        self.audio = audio
    }

    mutating func choose(from room: RoomModel, at now: Instant) -> SourceChoice {
        let startedAt = self.startedAt ?? now
        self.startedAt = startedAt
        var choice = SourceChoice(phase: .waiting)
        choice.picture = choosePicture(from: room)
        choice.sounds = chooseSounds(from: room)
        note(room, at: now)
        if !isRunning, case .waiting = phase {
            if isComplete(choice) {
                isRunning = true
            } else if now - startedAt >= SourcePatience.arrival {
                phase = .failed(missing)
            }
        }
        if isRunning { phase = isOver(room, at: now) ? .over : .ready }
        choice.phase = phase
        if case .participant(let identity, _)? = video { choice.subject.identity = identity }
        return choice
    }

    private mutating func choosePicture(from room: RoomModel) -> SourceChoice.Picture? {
        switch video {
        case nil: return nil
        case .track(let sid)?:
            guard let found = room.find(track: sid), found.track.kind == .video else { return nil }
            return .init(found.track, of: found.person)
        case .participant(let identity, let preferScreenShare)?:
            guard let person = room.person(identity: identity) else { return nil }
            let tracks = person.tracks.filter { $0.isReadable && $0.kind == .video }
            let screens = tracks.filter { $0.role == .screen }
            let cameras = tracks.filter { $0.role == .camera }
            let wanted = preferScreenShare && !screens.isEmpty ? screens : cameras
            let live = wanted.filter { !$0.isMuted }
            let track = live.first { $0.sid == picture } ?? live.first ?? wanted.first
            picture = track?.sid
            return track.map { .init($0, of: person) }
        }
    }

    private func chooseSounds(from room: RoomModel) -> [SourceChoice.Sound] {
        room.people.flatMap { person in
            person.tracks.filter { $0.isReadable && $0.kind == .audio }.compactMap { track in
                switch audio {
                case nil: nil
                case .everything?: .init(track, of: person)
                case .routes(let routes)?:
                    routes.first { $0.match.covers(track, of: person) }
                        .map { .init(track, of: person, channel: $0.channel) }
                }
            }
        }
    }

    private mutating func note(_ room: RoomModel, at now: Instant) {
        switch video {
        case .track(let sid)? where room.find(track: sid) != nil: pictureSeenAt = now
        case .participant(let identity, _)? where room.person(identity: identity) != nil: pictureSeenAt = now
        default: break
        }
        guard case .routes(let routes)? = audio else { return }
        for (index, route) in routes.enumerated() where route.match.isPresent(in: room) { routesSeenAt[index] = now }
    }

    private func isComplete(_ choice: SourceChoice) -> Bool {
        if video != nil { return choice.picture != nil }
        if case .routes? = audio { return !choice.sounds.isEmpty }
        return true
    }

    private var missing: JobFailure {
        switch video {
        case .track(let sid)?: return .trackNotFound(sid)
        case .participant(let identity, _)?:
            return pictureSeenAt == nil
                ? .participantNotFound(identity)
                : JobFailure(text: "participant \(identity) has published no video", code: 404)
        case nil: break
        }
        guard case .routes(let routes)? = audio, let first = routes.first else { return .noStartSignal }
        switch first.match {
        case .track(let sid): return .trackNotFound(sid)
        case .participant(let identity): return .participantNotFound(identity)
        case .kind: return JobFailure(text: "no participant of the kind asked for was found", code: 404)
        }
    }

    private func isOver(_ room: RoomModel, at now: Instant) -> Bool {
        func isGone(_ seenAt: Instant?, after grace: Duration) -> Bool { seenAt.map { now - $0 > grace } ?? true }
        let pictureIsOver: Bool
        switch video {
        case nil: pictureIsOver = true
        case .track?: pictureIsOver = isGone(pictureSeenAt, after: .zero)
        case .participant?: pictureIsOver = isGone(pictureSeenAt, after: SourcePatience.comeback)
        }
        guard pictureIsOver else { return false }
        switch audio {
        case nil: return true
        case .everything?: return false
        case .routes(let routes)?:
            return routes.enumerated().allSatisfy { index, route in
                switch route.match {
                case .track: isGone(routesSeenAt[index], after: .zero)
                case .participant: isGone(routesSeenAt[index], after: SourcePatience.comeback)
                case .kind: false
                }
            }
        }
    }
}

extension AudioRoute.Match {
    fileprivate func covers(_ track: RoomModel.Track, of person: RoomModel.Person) -> Bool {
        switch self {
        case .track(let sid): track.sid == sid
        case .participant(let identity): person.identity == identity
        case .kind(let number): person.kind.rawValue == number
        }
    }

    fileprivate func isPresent(in room: RoomModel) -> Bool {
        switch self {
        case .track(let sid): room.find(track: sid) != nil
        case .participant(let identity): room.person(identity: identity) != nil
        case .kind: true
        }
    }
}
