public import MediaWire

/// A track the other side sends, as its description announced it.
public struct RemoteTrack: Sendable, Hashable {
    /// The media section it arrives on.
    public let mid: Mid
    /// Audio or video.
    public let kind: MediaKind
    /// First part of `a=msid`, `-` where the sender has no stream, empty where there was no msid.
    public let streamID: String
    /// Second part of `a=msid`, empty where there was none.
    public let trackID: String
    /// Simulcast layers in the order of `a=simulcast`, without the `~` of paused ones; empty when there is one stream.
    public let rids: [String]
    /// The codecs both sides accept, preferred first.
    public let codecs: [Codec]
    /// False once the section stopped carrying it.
    public let isActive: Bool

    /// Makes a track description.
    public init(
        mid: Mid,
        kind: MediaKind,
        streamID: String,
        trackID: String,
        rids: [String],
        codecs: [Codec],
        isActive: Bool
    ) {
        self.mid = mid
        self.kind = kind
        self.streamID = streamID
        self.trackID = trackID
        self.rids = rids
        self.codecs = codecs
        self.isActive = isActive
    }

    func ended() -> RemoteTrack {
        RemoteTrack(
            mid: mid,
            kind: kind,
            streamID: streamID,
            trackID: trackID,
            rids: rids,
            codecs: codecs,
            isActive: false
        )
    }
}
