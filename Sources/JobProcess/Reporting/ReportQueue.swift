package import MediaWire

/// What has yet to be told about jobs, in order for each of them.
///
/// One report of a job is under way at a time. One that waits is replaced by a newer one of the same status: a report is the
/// whole state, so nothing is lost, and no status is left out. What cannot be delivered is tried again after 0.5 s, then twice as
/// long each time up to a minute, until it is delivered; only an answer that will never change ends it. The first failure makes
/// the queue unhealthy, the next delivery healthy again. Statuses never go backwards.
package struct ReportQueue<Report: StateReport>: Sendable {
    /// What came of a report.
    package enum Outcome: Sendable, Hashable {
        /// Somebody has taken it.
        case delivered
        /// Nobody took it; somebody may later.
        case unreachable
        /// It was refused, and will be again.
        case refused
    }

    private struct Line: Sendable {
        var waiting: [Report] = []
        var isUnderWay = false
        var failures = 0
        var notBefore: Instant?
        var rank = 0
    }

    /// How many reports may be under way (`io_workers` of LiveKit).
    package static var maximumUnderWay: Int { 5 }
    /// The first wait after a failure, and the longest.
    static var shortestWait: Duration { .milliseconds(500) }
    static var longestWait: Duration { .seconds(60) }

    private var lines: [String: Line] = [:]
    /// Whose turn it is first, oldest first.
    private var order: [String] = []
    /// Whether the last report was taken.
    package private(set) var isHealthy = true

    /// A queue with nothing to tell.
    package init() {}

    /// Whether everything has been told.
    package var isEmpty: Bool { lines.values.allSatisfy { $0.waiting.isEmpty } }

    /// Whether everything about this job has been told.
    package func isSettled(_ id: String) -> Bool { lines[id]?.waiting.isEmpty ?? true }

    /// Another report; false if it is not news, because the job has been further already.
    package mutating func add(_ report: Report) -> Bool {
        let id = report.subject
        var line = lines[id] ?? Line()
        let rank = report.rank
        guard rank >= line.rank, line.rank < Report.finalRank else { return false }
        if let last = line.waiting.last, last.status == report.status, line.waiting.count > 1 || !line.isUnderWay {
            line.waiting[line.waiting.count - 1] = report
        } else {
            line.waiting.append(report)
        }
        line.rank = rank
        if lines[id] == nil { order.append(id) }
        lines[id] = line
        return true
    }

    /// What is to be sent now; each of them has to be answered by ``finished(_:_:at:)``.
    package mutating func due(at now: Instant) -> [Report] {
        var free = Self.maximumUnderWay - lines.values.count(where: \.isUnderWay)
        var result: [Report] = []
        for id in order where free > 0 {
            guard var line = lines[id], !line.isUnderWay, let report = line.waiting.first else { continue }
            if let time = line.notBefore, now < time { continue }
            line.isUnderWay = true
            lines[id] = line
            result.append(report)
            free -= 1
        }
        return result
    }

    /// When ``due(at:)`` will have something that it does not have now; nil if only events can change that.
    package var nextTime: Instant? {
        lines.values.compactMap { line in line.isUnderWay || line.waiting.isEmpty ? nil : line.notBefore }.min()
    }

    /// What came of the report of this job that was under way.
    package mutating func finished(_ id: String, _ outcome: Outcome, at now: Instant) {
        guard var line = lines[id], line.isUnderWay else { return }
        line.isUnderWay = false
        switch outcome {
        case .delivered, .refused:
            line.waiting.removeFirst()
            line.failures = 0
            line.notBefore = nil
            isHealthy = true
        case .unreachable:
            isHealthy = false
            let wait = Self.shortestWait * Double(1 << min(line.failures, 10))
            line.failures += 1
            line.notBefore = now + min(wait, Self.longestWait)
        }
        lines[id] = line
    }

    /// Forgets a job of which everything has been told.
    package mutating func forget(_ id: String) {
        lines[id] = nil
        order.removeAll { $0 == id }
    }
}
