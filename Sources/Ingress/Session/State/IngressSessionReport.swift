/// How a session stands: what becomes the state of an ingress.
package struct IngressSessionReport: Sendable, Hashable, Codable {
    /// How far the session has come.
    package enum Phase: Sendable, Hashable, Codable {
        /// Nothing is published yet.
        case buffering
        /// Tracks are in the room.
        case publishing
        /// The session is over; no report follows.
        case ended(IngressSessionEnd)
    }

    /// Sound or picture.
    package enum Kind: String, Sendable, Hashable, Codable, CaseIterable {
        /// Sound.
        case audio
        /// Pictures.
        case video
    }

    /// A published track.
    package struct Track: Sendable, Hashable, Codable {
        /// Names the track: `TR_…`.
        package var sid: String
        /// Sound or picture.
        package var kind: Kind
        /// Name of the track.
        package var name: String
        /// `livekit.TrackSource` by number.
        package var source: Int
        /// How it is encoded: `video/H264`.
        package var mimeType: String
        /// Width of the largest layer, 0 for sound.
        package var width: Int
        /// Height of the largest layer, 0 for sound.
        package var height: Int
        /// From the largest to the smallest; none for sound.
        package var layers: [IngressEncoding.Video.Layer]
    }

    /// The pictures that come in.
    package struct Video: Sendable, Hashable, Codable {
        /// How they are encoded.
        package var mimeType = ""
        /// Bits a second since the last report.
        package var averageBitrate = 0
        /// Luma samples a row, 0 while not known.
        package var width = 0
        /// Luma rows, 0 while not known.
        package var height = 0
        /// Frames a second since the last report.
        package var framesPerSecond = 0.0
    }

    /// The sound that comes in.
    package struct Audio: Sendable, Hashable, Codable {
        /// How it is encoded.
        package var mimeType = ""
        /// Bits a second since the last report.
        package var averageBitrate = 0
        /// Channels, 0 while not known.
        package var channels = 0
        /// Samples a second, 0 while not known.
        package var sampleRate = 0
    }

    /// How far the session has come.
    package var phase: Phase = .buffering
    /// Whether the source is away and its last picture is held.
    package var isSourceAway = false
    /// Names the room: `RM_…`, empty before the room was joined.
    package var roomID = ""
    /// What is published.
    package var tracks: [Track] = []
    /// The pictures that come in; nil without any.
    package var video: Video?
    /// The sound that comes in; nil without any.
    package var audio: Audio?
}
