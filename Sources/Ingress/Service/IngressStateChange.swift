import LiveKitProtocol

/// What a worker's report of a session changes in what is known of the state of its ingress.
///
/// A session is known by when it started, and its reports are in the order of `updated_at`. Reports may come late or twice, and
/// sessions may overlap, such as when somebody publishes with a key that is published with already: the newer one counts.
struct IngressStateChange: Sendable, Equatable {
    /// A webhook and the state that it tells of.
    struct Event: Sendable, Equatable {
        var name: String
        var state: Livekit_IngressState
    }

    /// What a report is to what is known.
    enum Verdict: Sendable, Equatable {
        /// It is news.
        case news
        /// It is as old as what is known, or older: nothing happens.
        case nothing
        /// It is of a session that a newer one has followed: its worker is told so.
        case olderSession
    }

    /// What the report is.
    var verdict: Verdict
    /// What is known from now on.
    var state: Livekit_IngressState
    /// What is told, in order.
    var events: [Event] = []

    init(_ report: Livekit_IngressState, to known: Livekit_IngressState) {
        state = known
        guard report.startedAt >= known.startedAt else {
            verdict = .olderSession
            return
        }
        let isSameSession = report.startedAt == known.startedAt
        if isSameSession, report.updatedAt < known.updatedAt || report == known {
            verdict = .nothing
            return
        }
        verdict = .news
        state = report
        if isSameSession {
            // The first error is the cause; what follows is what came of it.
            if report.status == .endpointError, known.status == .endpointError, !known.error.isEmpty {
                state.error = known.error
            }
            let isOverAlready = known.startedAt != 0 && known.isOver && report.isOver
            if report.status != known.status, !isOverAlready { events += [Self.event(state)].compactMap { $0 } }
        } else {
            // Nobody will tell the end of the session before: what its worker reports from now on is older.
            if known.status == .endpointPublishing { events.append(Self.end(of: known, at: report.startedAt)) }
            if report.status != .endpointInactive { events += [Self.event(state)].compactMap { $0 } }
        }
    }

    /// The end of a session of which nothing more will be heard.
    static func end(of state: Livekit_IngressState, at time: Int64) -> Event {
        var ended = state
        ended.status = .endpointInactive
        ended.endedAt = time
        return Event(name: endedEvent, state: ended)
    }

    private static func event(_ state: Livekit_IngressState) -> Event? {
        switch state.status {
        case .endpointPublishing: Event(name: "ingress_started", state: state)
        case .endpointInactive, .endpointComplete, .endpointError: Event(name: endedEvent, state: state)
        case .endpointBuffering, .UNRECOGNIZED: nil
        }
    }
}

extension Livekit_IngressState {
    /// Whether a session is there: it is starting or publishing.
    var isLive: Bool { status == .endpointBuffering || status == .endpointPublishing }

    /// Whether no session is there.
    fileprivate var isOver: Bool {
        status == .endpointInactive || status == .endpointComplete || status == .endpointError
    }
}

private let endedEvent = "ingress_ended"
