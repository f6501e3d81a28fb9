/// Where a ``NetworkDemuxer`` reads.
///
/// FFmpeg resolves names by itself, so none of these may lead it to one: servers are addresses that the caller has resolved
/// and found fit to be connected to.
public enum NetworkSource {
    /// What an opener reads: FFmpeg makes no connection at all, neither for the URL nor for what a playlist names.
    case opened(url: String, isPlaylist: Bool, opener: any MediaOpener)
    /// MPEG-TS over SRT, as the caller; the target's server is an address and a port.
    case srt(SRTTarget)
    /// FLV over RTMP without TLS; the target's server is an address and a port, `claimed` the URL of the application as its server knows it.
    case rtmp(RTMPTarget, claimed: String)
    /// RTSP with RTP over the same TCP connection.
    ///
    /// FFmpeg follows RTSP redirects by itself: the URL must lead to a relay that lets none through.
    case rtsp(url: String, place: String)
}

/// What may be looked at before the streams of a source must be known.
public struct ProbeBounds: Sendable, Hashable {
    /// Bytes.
    public var bytes: Int
    /// Length of the media.
    public var duration: Duration
    /// Streams of any kind; a source with more is refused or read without them.
    public var streams: Int

    /// Bounds that suit live streams with a key frame every two seconds.
    public init(bytes: Int = 5_000_000, duration: Duration = .milliseconds(2500), streams: Int = 24) {
        self.bytes = bytes
        self.duration = duration
        self.streams = streams
    }
}
