package import MediaWire

/// When a sample of a source is handed on.
///
/// Media time is tied to the clock by the first sample. A sample is due at its place on that line, or up to `lead` before it:
/// a file, and a playlist whose segments come in bursts, have no lead and are spread over real time; a live stream has one, so
/// that it goes through as it comes and only a flood (a server that sends a recording as fast as it can) is held back.
/// A source that falls behind moves the line: what follows a stall is not rushed through.
package struct LivePacing: Sendable {
    /// Behind the line by no more than this is jitter.
    package static let tolerance = Duration.milliseconds(250)
    /// How far a live stream may be ahead: servers begin with what they have since the last key frame.
    package static let liveLead = Duration.seconds(10)

    private let lead: Duration
    private var line: (media: Int64, clock: Instant)?
    /// The latest media time so far, in nanoseconds.
    private var latest = Int64.min

    /// Pacing with a lead; zero for media that does not come by the clock itself.
    package init(lead: Duration) {
        self.lead = lead
    }

    /// When a sample with this decoding time, in nanoseconds, is to be handed on.
    ///
    /// `now` if it is due already. Samples of the other kind that come late in the file's order neither wait nor count as a stall.
    package mutating func due(_ media: Int64, at now: Instant) -> Instant {
        guard let line else {
            self.line = (media, now)
            latest = media
            return now
        }
        let place = line.clock + .nanoseconds(media &- line.media)
        guard media >= latest else { return max(now, place - lead) }
        latest = media
        if now - place > Self.tolerance {
            self.line = (media, now)
            return now
        }
        return max(now, place - lead)
    }

    /// Where the end of a sample lies on the line: when the last one is over.
    package func end(of media: Int64, lasting duration: Duration) -> Instant? {
        line.map { $0.clock + .nanoseconds(media &- $0.media) + duration }
    }
}
