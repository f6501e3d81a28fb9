import MediaWire

/// Decides which reports are worth sending: those that say something new, and one now and then for the averages.
///
/// Averages alone are nothing new. The first that has averages at all comes early, so that whoever looks at a new session sees
/// them.
struct ReportSchedule: Sendable {
    /// When averages are reported for the first time after media came in.
    static let firstAverages = Duration.seconds(5)

    private let interval: Duration
    private var last: IngressSessionReport?
    private var lastSentAt: Instant?
    private var hasAverages = false

    /// - Parameter interval: the longest time between two reports.
    init(interval: Duration) {
        self.interval = interval
    }

    /// Whether the report is to be sent at `now`; if so, it counts as sent.
    mutating func isDue(_ report: IngressSessionReport, at now: Instant) -> Bool {
        guard isNew(report) || isOverdue(report, at: now) else { return false }
        last = report
        lastSentAt = now
        return true
    }

    private func isNew(_ report: IngressSessionReport) -> Bool { last?.withoutAverages != report.withoutAverages }

    private mutating func isOverdue(_ report: IngressSessionReport, at now: Instant) -> Bool {
        guard let lastSentAt else { return true }
        let patience = hasAverages || report.phase == .buffering ? interval : min(interval, Self.firstAverages)
        guard now - lastSentAt >= patience else { return false }
        hasAverages = report.phase != .buffering
        return true
    }
}

extension IngressSessionReport {
    fileprivate var withoutAverages: IngressSessionReport {
        var report = self
        report.video?.averageBitrate = 0
        report.video?.framesPerSecond = 0
        report.audio?.averageBitrate = 0
        return report
    }
}
