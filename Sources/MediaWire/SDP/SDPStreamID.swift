/// An `msid` line: the stream and the track a section's media is of (RFC 8830 §2).
public struct SDPStreamID: Sendable, Hashable {
    /// The stream; `-` for none.
    public var stream: String
    /// The track, which newer descriptions leave out.
    public var track: String?

    /// The track `track` of `stream`.
    public init(stream: String, track: String? = nil) {
        self.stream = stream
        self.track = track
    }

    /// Both as SDP has them.
    public var text: String {
        track.map { "\(stream) \($0)" } ?? stream
    }
}
