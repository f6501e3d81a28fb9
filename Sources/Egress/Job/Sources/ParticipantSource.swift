import LiveKitProtocol
import MediaWire

/// One participant: camera and microphone, or the shared screen and its sound.
///
/// A participant who leaves is waited for: whoever comes back under the same identity goes on being recorded. Of several tracks of
/// one kind the one that is on counts, and it stays as long as it is on.
struct ParticipantSource: RecordingSource {
    private enum State {
        /// → gathering, failed
        case seeking(since: Instant)
        /// The participant is there. → running, seeking
        case gathering(since: Instant, seekingSince: Instant)
        /// → away
        case running
        /// → running, over
        case away(since: Instant)
        case over
        case failed
    }

    private let identity: String
    private let screenShare: Bool
    private let wantsAudio: Bool
    private let wantsVideo: Bool
    private var state: State?
    private var picture: String?
    private var sound: String?

    init(identity: String, screenShare: Bool, audio: Bool, video: Bool) {
        self.identity = identity
        self.screenShare = screenShare
        wantsAudio = audio
        wantsVideo = video
    }

    mutating func choose(from room: RoomModel, at now: Instant) -> SourceChoice {
        let person = room.person(identity: identity)
        let picture = person.flatMap { wantsVideo ? pick(from: $0, .video, current: self.picture) : nil }
        let sound = person.flatMap { wantsAudio ? pick(from: $0, .audio, current: self.sound) : nil }
        self.picture = picture?.sid ?? self.picture
        self.sound = sound?.sid ?? self.sound
        let isWhole = (picture != nil || !wantsVideo) && (sound != nil || !wantsAudio)
        let state = next(after: state ?? .seeking(since: now), isThere: person != nil, isWhole: isWhole, at: now)
        self.state = state
        var choice = SourceChoice(phase: phase(of: state))
        choice.subject.identity = identity
        guard let person else { return choice }
        choice.picture = picture.map { .init($0, of: person) }
        choice.sounds = sound.map { [.init($0, of: person)] } ?? []
        return choice
    }

    private func next(after state: State, isThere: Bool, isWhole: Bool, at now: Instant) -> State {
        switch state {
        case .seeking(let since):
            if isThere { return isWhole ? .running : .gathering(since: now, seekingSince: since) }
            return now - since >= SourcePatience.arrival ? .failed : state
        case .gathering(let since, let seekingSince):
            guard isThere else { return .seeking(since: seekingSince) }
            return isWhole || now - since >= SourcePatience.otherKind ? .running : state
        case .running: return isThere ? state : .away(since: now)
        case .away(let since):
            if isThere { return .running }
            return now - since >= SourcePatience.comeback ? .over : state
        case .over, .failed: return state
        }
    }

    private func phase(of state: State) -> SourceChoice.Phase {
        switch state {
        case .seeking, .gathering: .waiting
        case .running, .away: .ready
        case .over: .over
        case .failed: .failed(.participantNotFound(identity))
        }
    }

    private func pick(from person: RoomModel.Person, _ kind: MediaKind, current: String?) -> RoomModel.Track? {
        let tracks = person.tracks.filter { $0.isReadable && $0.kind == kind && isWanted($0) }
        let live = tracks.filter { !$0.isMuted }
        return live.first { $0.sid == current } ?? live.first ?? tracks.first { $0.sid == current } ?? tracks.first
    }

    /// A track whose publisher says nothing about it counts as camera or microphone.
    private func isWanted(_ track: RoomModel.Track) -> Bool {
        let isScreen = track.role == .screen || track.origin == .screenShareAudio
        return isScreen == screenShare
    }
}
