/// Everything a session of an ingress needs to know: made from an `IngressInfo`, handed to the session's process as JSON.
package struct IngressPlan: Sendable, Hashable, Codable {
    /// How a track is announced in the room.
    package struct Track: Sendable, Hashable, Codable {
        /// Name of the track.
        package var name: String
        /// `livekit.TrackSource` by number.
        package var source: Int

        /// A track by its parts.
        package init(name: String, source: Int) {
            self.name = name
            self.source = source
        }
    }

    /// The ingress, `IN_…`, of which this is a session.
    package var ingressID: String
    /// `RT_…`, `WH_…` or `UR_…`: names this session.
    package var resourceID: String
    /// The room's name.
    package var roomName: String
    /// The participant's identity; the token carries it too.
    package var participantIdentity: String
    /// How the sound is announced; microphone if the request does not say.
    package var audioTrack: Track
    /// How the pictures are announced; camera if the request does not say.
    package var videoTrack: Track
    /// What is published; nil where media goes through as it is.
    package var encoding: IngressEncoding?
    /// What a URL ingress pulls.
    ///
    /// May carry credentials: never logged.
    package var url: String?

    /// A plan by its parts.
    package init(
        ingressID: String,
        resourceID: String,
        roomName: String,
        participantIdentity: String,
        audioTrack: Track,
        videoTrack: Track,
        encoding: IngressEncoding? = nil,
        url: String? = nil
    ) {
        self.ingressID = ingressID
        self.resourceID = resourceID
        self.roomName = roomName
        self.participantIdentity = participantIdentity
        self.audioTrack = audioTrack
        self.videoTrack = videoTrack
        self.encoding = encoding
        self.url = url
    }
}
