import LiveKitProtocol
import MediaWire

/// What has yet to be told about egresses, in order for each of them.
///
/// One report of an egress is under way at a time. One that waits is replaced by a newer one of the same status: a report is the
/// whole info, so nothing is lost, and no status is left out. What cannot be delivered is tried again after 0.5 s, then twice as
/// long each time up to a minute, until it is delivered; only an answer that will never change ends it. The first failure makes
/// the queue unhealthy, the next delivery healthy again. Statuses never go backwards.
struct ReportQueue: Sendable {
    /// What came of a report.
    enum Outcome: Sendable, Hashable {
        case delivered
        /// Nobody took it; somebody may later.
        case unreachable
        /// It was refused, and will be again.
        case refused
    }

    private struct Line: Sendable {
        var waiting: [Livekit_EgressInfo] = []
        var isUnderWay = false
        var failures = 0
        var notBefore: Instant?
        var rank = 0
    }

    /// How many reports may be under way (`io_workers` of LiveKit).
    static let maximumUnderWay = 5
    /// The first wait after a failure, and the longest.
    static let shortestWait = Duration.milliseconds(500)
    static let longestWait = Duration.seconds(60)

    private var lines: [String: Line] = [:]
    /// Whose turn it is first, oldest first.
    private var order: [String] = []
    private(set) var isHealthy = true

    /// Whether everything has been told.
    var isEmpty: Bool { lines.values.allSatisfy { $0.waiting.isEmpty } }

    /// Whether everything about this egress has been told.
    func isSettled(_ id: String) -> Bool { lines[id]?.waiting.isEmpty ?? true }

    /// Another report; false if it is not news, because the egress has been further already.
    mutating func add(_ info: Livekit_EgressInfo) -> Bool {
        let id = info.egressID
        var line = lines[id] ?? Line()
        let rank = Self.rank(info.status)
        guard rank >= line.rank, line.rank < Self.final else { return false }
        if let last = line.waiting.last, last.status == info.status, line.waiting.count > 1 || !line.isUnderWay {
            line.waiting[line.waiting.count - 1] = info
        } else {
            line.waiting.append(info)
        }
        line.rank = rank
        if lines[id] == nil { order.append(id) }
        lines[id] = line
        return true
    }

    /// What is to be sent now; each of them has to be answered by ``finished(_:_:at:)``.
    mutating func due(at now: Instant) -> [Livekit_EgressInfo] {
        var free = Self.maximumUnderWay - lines.values.count(where: \.isUnderWay)
        var result: [Livekit_EgressInfo] = []
        for id in order where free > 0 {
            guard var line = lines[id], !line.isUnderWay, let info = line.waiting.first else { continue }
            if let time = line.notBefore, now < time { continue }
            line.isUnderWay = true
            lines[id] = line
            result.append(info)
            free -= 1
        }
        return result
    }

    /// When ``due(at:)`` will have something that it does not have now; nil if only events can change that.
    var nextTime: Instant? {
        lines.values.compactMap { line in line.isUnderWay || line.waiting.isEmpty ? nil : line.notBefore }.min()
    }

    /// What came of the report of this egress that was under way.
    mutating func finished(_ id: String, _ outcome: Outcome, at now: Instant) {
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

    /// Forgets an egress of which everything has been told.
    mutating func forget(_ id: String) {
        lines[id] = nil
        order.removeAll { $0 == id }
    }

    private static let final = 3

    private static func rank(_ status: Livekit_EgressStatus) -> Int {
        switch status {
        case .egressStarting, .UNRECOGNIZED: 0
        case .egressActive: 1
        case .egressEnding: 2
        case .egressComplete, .egressFailed, .egressAborted, .egressLimitReached: final
        }
    }
}
