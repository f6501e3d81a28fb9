import MediaWire

/// The life of a session as far as time ends it: which deadline runs, and what passing it means.
///
/// While nothing comes from a source that is there, patience with it runs; from the moment a track is asked for until the room
/// has taken one, patience with the room; while the source is away, its grace. The first end counts, whatever follows.
struct SessionWatch: Sendable {
    private let settings: TranscodingSettings
    private var lastMedia: Instant
    private var publishingSince: Instant?
    private var awaySince: Instant?
    /// How the session ended; nil while it goes on.
    private(set) var end: IngressSessionEnd?

    /// A session that begins at `start`.
    init(settings: TranscodingSettings, start: Instant) {
        self.settings = settings
        lastMedia = start
    }

    /// Whether the source is away.
    var isSourceAway: Bool { awaySince != nil }

    /// Media came that could be decoded.
    mutating func mediaCame(at now: Instant) { lastMedia = max(lastMedia, now) }

    /// A track is to be published.
    mutating func publishingBegan(at now: Instant) { publishingSince = publishingSince ?? now }

    /// The room has taken what was to be published.
    mutating func publishingEnded() { publishingSince = nil }

    /// The source is gone but may come back.
    mutating func sourceLost(at now: Instant) {
        awaySince = awaySince ?? now
        if settings.grace <= .zero { finish(.completed) }
    }

    /// The source is back.
    mutating func sourceResumed(at now: Instant) {
        awaySince = nil
        lastMedia = max(lastMedia, now)
    }

    /// Ends the session, if it goes on.
    mutating func finish(_ end: IngressSessionEnd) {
        self.end = self.end ?? end
    }

    /// Looks whether a deadline has passed.
    mutating func check(at now: Instant) {
        if let publishingSince, now - publishingSince >= settings.publishPatience {
            finish(.failed(IngressSessionError(.roomDisconnectedUnexpectedly)))
        }
        if let awaySince {
            if now - awaySince >= settings.grace { finish(.completed) }
        } else if now - lastMedia >= settings.mediaPatience {
            finish(.failed(IngressSessionError(.sourceNotReady)))
        }
    }
}
