import LiveKitProtocol
import MediaWire
import Scene

/// Decides which tracks of a room are recorded, and when what is recorded begins and is over.
///
/// It is asked after every change of the room and every now and then, because patience runs out without anything happening.
protocol RecordingSource: Sendable {
    /// What is wanted of the room as it is at `now`, which must not be earlier than at the call before.
    mutating func choose(from room: RoomModel, at now: Instant) -> SourceChoice
}

/// What a source wants at the moment.
struct SourceChoice: Sendable, Hashable {
    /// How the source stands.
    enum Phase: Sendable, Hashable {
        /// What is to be recorded is not there yet. → ready, failed
        case waiting
        /// It can be recorded. → over
        case ready
        /// Nothing of it is left, and nothing will come back.
        case over
        /// It did not come in time.
        case failed(JobFailure)
    }

    /// A track of sound.
    struct Sound: Sendable, Hashable {
        var track: String
        var person: String
        var isMuted: Bool
        var codec: Codec?
        var channel: AudioChannel
    }

    /// The one track that is the picture.
    struct Picture: Sendable, Hashable {
        var track: String
        var person: String
        var isMuted: Bool
        var codec: Codec?
        var size: SceneSize?
    }

    var phase: Phase
    /// Nil: there is none now, or the picture is drawn by a layout.
    var picture: Picture?
    var sounds: [Sound] = []
    var subject = RecordingSubject()
}

/// Who and what is recorded, as file names tell; empty where it is not one.
struct RecordingSubject: Sendable, Hashable {
    var identity = ""
    var trackID = ""
    /// `audio` or `video`.
    var trackType = ""
    /// `camera`, `microphone`, `screen_share`, `screen_share_audio`.
    var trackSource = ""
    /// The tracks of a track composite.
    var audioTrackID = ""
    var videoTrackID = ""
}

/// How long sources wait, in the seconds that LiveKit's egress takes.
enum SourcePatience {
    /// For a participant or a track that was asked for by name.
    static let arrival = Duration.seconds(30)
    /// For a participant's other kind of track, once one is there.
    static let otherKind = Duration.seconds(3)
    /// For a participant to come back: a client that has lost its network joins anew, with the same identity.
    static let comeback = Duration.seconds(10)
}

extension SourceChoice.Sound {
    init(_ track: RoomModel.Track, of person: RoomModel.Person, channel: AudioChannel = .both) {
        self.init(
            track: track.sid,
            person: person.sid,
            isMuted: track.isMuted,
            codec: track.codec,
            channel: channel
        )
    }
}

extension SourceChoice.Picture {
    init(_ track: RoomModel.Track, of person: RoomModel.Person) {
        self.init(
            track: track.sid,
            person: person.sid,
            isMuted: track.isMuted,
            codec: track.codec,
            size: track.size
        )
    }
}

extension SourcePlan {
    /// What decides for this plan; `audio` and `video` tell which kinds are recorded.
    func makeSource(audio: Bool, video: Bool) -> any RecordingSource {
        switch self {
        case .composite(_, let mixing): CompositeSource(mixing: mixing)
        case .participant(let identity, let screenShare):
            ParticipantSource(identity: identity, screenShare: screenShare, audio: audio, video: video)
        case .tracks(let audio, let video): TracksSource(audio: audio, video: video)
        case .track(let sid): TracksSource(track: sid)
        case .media(let video, let audio): MediaSource(video: video, audio: audio)
        }
    }
}
