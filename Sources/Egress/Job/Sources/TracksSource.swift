import LiveKitProtocol
import MediaWire

/// Tracks by their SIDs: one of each kind at most, or one of whichever kind it is.
///
/// It begins when all of them are there and is over when none is left.
struct TracksSource: RecordingSource {
    private enum State {
        /// → running, failed
        case seeking(since: Instant)
        /// → over
        case running
        case over
        case failed(JobFailure)
    }

    private struct Wish {
        var sid: String
        /// Nil for either.
        var kind: MediaKind?
    }

    private let wishes: [Wish]
    /// One track by itself has a file named after it.
    private let namesTrack: Bool
    private var state: State?
    private var subject = RecordingSubject()

    init(audio: String?, video: String?) {
        wishes = [video.map { Wish(sid: $0, kind: .video) }, audio.map { Wish(sid: $0, kind: .audio) }].compactMap {
            $0
        }
        namesTrack = false
    }

    init(track: String) {
        wishes = [Wish(sid: track, kind: nil)]
        namesTrack = true
    }

    mutating func choose(from room: RoomModel, at now: Instant) -> SourceChoice {
        let found = wishes.map { wish in
            room.find(track: wish.sid).flatMap { wish.kind == nil || $0.track.kind == wish.kind ? $0 : nil }
        }
        state = next(after: state ?? .seeking(since: now), found: found.map { $0 != nil }, at: now)
        var choice = SourceChoice(phase: phase)
        for case (let person, let track)? in found {
            if track.kind == .video {
                choice.picture = .init(track, of: person)
            } else {
                choice.sounds.append(.init(track, of: person))
            }
            describe(track, of: person)
        }
        choice.subject = subject
        return choice
    }

    private func next(after state: State, found: [Bool], at now: Instant) -> State {
        switch state {
        case .seeking(let since):
            if !found.contains(false) { return .running }
            guard now - since >= SourcePatience.arrival, let missing = found.firstIndex(of: false) else { return state }
            return .failed(.trackNotFound(wishes[missing].sid))
        case .running: return found.contains(true) ? state : .over
        case .over, .failed: return state
        }
    }

    private var phase: SourceChoice.Phase {
        switch state {
        case .seeking?, nil: .waiting
        case .running?: .ready
        case .over?: .over
        case .failed(let failure)?: .failed(failure)
        }
    }

    private mutating func describe(_ track: RoomModel.Track, of person: RoomModel.Person) {
        if subject.identity.isEmpty { subject.identity = person.identity }
        guard namesTrack else {
            if track.kind == .audio { subject.audioTrackID = track.sid } else { subject.videoTrackID = track.sid }
            return
        }
        subject.trackID = track.sid
        subject.trackType = track.kind.rawValue
        subject.trackSource = track.origin.fileNamePart
    }
}

extension Livekit_TrackSource {
    /// As it stands in file names.
    fileprivate var fileNamePart: String {
        switch self {
        case .camera: "camera"
        case .microphone: "microphone"
        case .screenShare: "screen_share"
        case .screenShareAudio: "screen_share_audio"
        case .unknown, .UNRECOGNIZED: "unknown"
        }
    }
}
