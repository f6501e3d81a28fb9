import MediaWire

/// What a session waits for, and since when.
struct WHIPDeadlines {
    /// What is due.
    enum Due: Hashable {
        case nothing
        /// Tell what arrives.
        case report
        case finish(WHIPSessionEnding)
    }

    /// How often it is looked whether the publisher has ended DTLS, of which there is no event.
    static let look = Duration.milliseconds(500)
    /// When what arrives is told for the first time: a bitrate needs an interval.
    static let firstReport = Duration.seconds(2)

    /// How long after a goodbye by DTLS a DELETE is waited for: OBS closes its connection first and says so after.
    static let goodbyePatience = Duration.seconds(2)

    private let times: WHIPTimes
    private let began: Instant
    private var connectedAt: Instant?
    private var lastMedia: Instant?
    private var hasSample = false
    private var goodbye: Instant?
    private var nextLook: Instant
    private var nextReport: Instant?

    init(times: WHIPTimes, at now: Instant) {
        self.times = times
        began = now
        nextLook = now + Self.look
    }

    var hasConnected: Bool { connectedAt != nil }

    mutating func connected(at now: Instant) {
        guard connectedAt == nil else { return }
        connectedAt = now
        lastMedia = now
    }

    /// A packet of media came.
    mutating func media(at now: Instant) { lastMedia = now }

    /// A whole sample came.
    mutating func sample(at now: Instant) {
        guard !hasSample else { return }
        hasSample = true
        nextReport = now + Self.firstReport
    }

    /// What arrives was told.
    mutating func reported(at now: Instant) { nextReport = now + times.reports }

    /// What arrives has changed: tell it soon.
    mutating func reportSoon(at now: Instant) {
        nextReport = min(nextReport ?? now + Self.firstReport, now + Self.firstReport)
    }

    var next: Instant { nextReport.map { min($0, nextLook) } ?? nextLook }

    mutating func due(at now: Instant, isEndedByPeer: Bool) -> Due {
        while nextLook <= now { nextLook += Self.look }
        if isEndedByPeer {
            let since = goodbye ?? now
            goodbye = since
            let isOver = now >= since + Self.goodbyePatience
            return isOver ? .finish(.lost("it ended the connection (DTLS)")) : .nothing
        }
        guard let connectedAt else {
            let isOver = now >= began + times.setup
            return isOver ? .finish(.neverStarted("no connection within \(times.setup)")) : .nothing
        }
        if !hasSample, now >= connectedAt + times.firstMedia {
            return .finish(.neverStarted("no media within \(times.firstMedia) of connecting"))
        }
        if let lastMedia, now >= lastMedia + times.silence {
            return .finish(.lost("no media for \(times.silence)"))
        }
        if let nextReport, now >= nextReport { return .report }
        return .nothing
    }
}
