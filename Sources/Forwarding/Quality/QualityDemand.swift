package import MediaWire

/// Tells a publisher which qualities anybody watches (dynacast), without flapping.
///
/// More is asked for at once; less only after it has been enough for a while, since views come and go. A new track is
/// given some time to find subscribers before it is told that nobody watches.
package struct QualityDemand: Sendable {
    /// How long less must have been enough (`video.dynacast_pause_delay`).
    package var pauseDelay: Duration
    /// How long a new track is left alone.
    private static let startDelay = Duration.seconds(10)

    /// The highest quality announced: 0 low, 1 medium, 2 high, −1 none; nil before the first announcement.
    package private(set) var announced: Int?

    private var wanted = -1
    private var lowerSince: Instant?

    /// A track published now, watched by nobody.
    package init(pauseDelay: Duration, at now: Instant) {
        self.pauseDelay = pauseDelay
        lowerSince = now
    }

    /// Takes the highest quality anybody wants (−1: nobody); returns what to announce, if it is time to.
    package mutating func update(highest: Int, at now: Instant) -> Int? {
        if highest != wanted, let announced, highest < announced, wanted >= announced {
            lowerSince = now
        }
        wanted = highest
        return poll(at: now)
    }

    /// Returns what to announce, if it is time to.
    package mutating func poll(at now: Instant) -> Int? {
        guard wanted != announced else { return nil }
        if let lowerSince, wanted < announced ?? 0 {
            let delay = announced == nil ? Self.startDelay : pauseDelay
            guard now - lowerSince >= delay else { return nil }
        }
        announced = wanted
        lowerSince = now
        return wanted
    }

    /// The publisher has a new session and knows nothing: announce again.
    ///
    /// Returns what to announce.
    package mutating func reset(at now: Instant) -> Int? {
        guard announced != nil else { return nil }
        announced = wanted
        return wanted
    }
}
