/// What one egress is to do, checked and complete: every default is filled in and every value is in its range.
///
/// It is made from a request, sent to the job's process, and carried out there. It may hold secrets (stream keys, storage
/// credentials): it is never logged.
public struct EgressPlan: Codable, Sendable, Hashable {
    /// The room.
    public var roomName: String
    /// What is taken from the room.
    public var source: SourcePlan
    /// Where it goes, at least one.
    ///
    /// Outputs whose `video` (or `audio`) are equal share one encoder.
    public var outputs: [OutputPlan]
    /// Whether encoded media is written as it comes.
    public var passthrough: PassthroughRule

    /// A plan.
    public init(roomName: String, source: SourcePlan, outputs: [OutputPlan], passthrough: PassthroughRule = .never) {
        self.roomName = roomName
        self.source = source
        self.outputs = outputs
        self.passthrough = passthrough
    }
}

/// What is taken from the room.
public enum SourcePlan: Codable, Sendable, Hashable {
    /// Everybody, drawn by a layout; sound mixed. Room composite and template requests.
    case composite(layout: String, mixing: AudioMixing)
    /// One participant's camera and microphone, or its screen share and that one's sound.
    case participant(identity: String, screenShare: Bool)
    /// Up to one track of each kind, by their SIDs.
    case tracks(audio: String?, video: String?)
    /// One track, by its SID.
    case track(String)
    /// A picture and a choice of sounds (`MediaSource`).
    case media(video: MediaVideo?, audio: MediaAudio?)

    /// The picture of a media source.
    public enum MediaVideo: Codable, Sendable, Hashable {
        case track(String)
        case participant(identity: String, preferScreenShare: Bool)
    }

    /// The sounds of a media source.
    public enum MediaAudio: Codable, Sendable, Hashable {
        /// Every sound in the room, in the middle.
        case everything
        /// What matches one of the routes; the first that matches a track counts.
        case routes([AudioRoute])
    }
}

/// Which sounds go to which channel.
public struct AudioRoute: Codable, Sendable, Hashable {
    /// What a track is recognised by.
    public enum Match: Codable, Sendable, Hashable {
        case track(String)
        case participant(identity: String)
        /// `ParticipantInfo.Kind` by its number.
        case kind(Int)
    }

    /// Which tracks it is for.
    public var match: Match
    /// Where they are heard.
    public var channel: AudioChannel

    /// A route.
    public init(match: Match, channel: AudioChannel) {
        self.match = match
        self.channel = channel
    }
}

/// Where a sound is heard.
public enum AudioChannel: String, Codable, Sendable, Hashable {
    case both, left, right
}

/// How a room's sounds are laid on the two channels.
public enum AudioMixing: String, Codable, Sendable, Hashable {
    /// Everybody in the middle.
    case middle = "DEFAULT_MIXING"
    /// Agents left, everybody else right.
    case dualChannelAgent = "DUAL_CHANNEL_AGENT"
    /// Tracks left and right in turn, as they come.
    case dualChannelAlternate = "DUAL_CHANNEL_ALTERNATE"
}

/// When encoded media is written as it comes.
public enum PassthroughRule: String, Codable, Sendable, Hashable {
    case never
    /// Where codec and container allow it and no size was asked for; else it is transcoded.
    case ifPossible
    /// Or the egress fails (preset PASSTHROUGH).
    case always
}
