import MediaWire

/// Which session of a worker belongs to which publisher: decides what becomes of one that comes, goes or returns.
///
/// There is at most one session of an ingress here. While its publisher is away for no longer than the grace period, the session
/// goes on without it, and whoever publishes with the same key within that time gets it. Whoever publishes while another does either
/// takes the session over or is refused (``PublisherConflict``). A session that is being ended takes nobody: whoever comes
/// then waits until it has ended, and begins another.
struct SessionTable {
    /// Names one publisher's connection.
    typealias PublisherID = UInt64

    /// What becomes of a publisher that comes.
    enum Verdict: Hashable {
        /// A session of its own begins, named as it was offered.
        case begins
        /// The session of this resource waits for it.
        case resumes(String)
        /// It gets the session of this resource from the publisher that has it, which has to be disconnected.
        case takesOver(String, from: PublisherID)
        /// Somebody else publishes, and stays.
        case isBusy
        /// The session of this resource is being ended; it has to ask again when that is over.
        case waits(String)
    }

    /// What becomes of a session whose publisher goes.
    enum Departure: Hashable {
        /// Nothing: the publisher has no session any more.
        case isNobody
        /// The session of this resource waits for a publisher.
        case isAwaited(String)
        /// The session of this resource is to be ended now.
        case ends(String)
    }

    private enum Presence {
        case publishing(PublisherID)
        /// Nobody publishes; the session is ended at that time.
        case awaited(until: Instant)
        /// It takes nobody any more.
        case ending
    }

    private struct Session {
        var resource: String
        var presence: Presence
    }

    private let grace: Duration
    private let conflict: PublisherConflict
    /// By ingress.
    private var sessions: [String: Session] = [:]

    /// A table without sessions; with a grace period of zero nobody is waited for.
    init(grace: Duration, conflict: PublisherConflict) {
        self.grace = grace
        self.conflict = conflict
    }

    /// Somebody publishes to `ingress`; `resource` names the session that begins if none is there.
    mutating func admit(_ publisher: PublisherID, ingress: String, resource: String) -> Verdict {
        guard let session = sessions[ingress] else {
            sessions[ingress] = Session(resource: resource, presence: .publishing(publisher))
            return .begins
        }
        switch session.presence {
        case .awaited:
            sessions[ingress]?.presence = .publishing(publisher)
            return .resumes(session.resource)
        case .publishing(let other):
            guard conflict == .newest else { return .isBusy }
            sessions[ingress]?.presence = .publishing(publisher)
            return .takesOver(session.resource, from: other)
        case .ending: return .waits(session.resource)
        }
    }

    /// A publisher's connection is gone; `isAwaited` unless it ended its stream, or was sent away.
    mutating func left(_ publisher: PublisherID, ingress: String, isAwaited: Bool, at now: Instant) -> Departure {
        guard let session = sessions[ingress], case .publishing(publisher) = session.presence else {
            return .isNobody
        }
        guard isAwaited, grace > .zero else {
            sessions[ingress]?.presence = .ending
            return .ends(session.resource)
        }
        sessions[ingress]?.presence = .awaited(until: now + grace)
        return .isAwaited(session.resource)
    }

    /// The sessions that have waited long enough: they are to be ended now.
    mutating func due(at now: Instant) -> [String] {
        var resources: [String] = []
        for (ingress, session) in sessions {
            guard case .awaited(let end) = session.presence, now >= end else { continue }
            sessions[ingress]?.presence = .ending
            resources.append(session.resource)
        }
        return resources.sorted()
    }

    /// The session of this ingress is being ended: it takes no publisher any more.
    mutating func closes(_ ingress: String, resource: String) {
        guard sessions[ingress]?.resource == resource else { return }
        sessions[ingress]?.presence = .ending
    }

    /// The session has ended.
    mutating func ended(_ ingress: String, resource: String) {
        guard sessions[ingress]?.resource == resource else { return }
        sessions[ingress] = nil
    }

    /// Whether somebody publishes into the session of this ingress.
    func hasPublisher(_ ingress: String) -> Bool {
        if case .publishing = sessions[ingress]?.presence { true } else { false }
    }
}
