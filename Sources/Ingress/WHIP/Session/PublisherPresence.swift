import MediaWire

/// Whether a destination has a publisher, and how long it is kept without one.
///
///     awaited ──arrived──▶ present ◀──arrived/recovered──▶ absent ──grace over──▶ over
///     any ──end──▶ over
struct PublisherPresence {
    enum State: Hashable {
        /// None was there so far. Next: present, over.
        case awaited
        /// One is connected, or connecting. Next: absent, over.
        case present
        /// It was lost; the destination is kept until then. Next: present, over.
        case absent(until: Instant, reason: String)
        /// Nothing follows.
        case over
    }

    /// What to do.
    enum Action: Hashable {
        case nothing
        /// Tell of the loss and look again when the grace is over.
        case wait(until: Instant, reason: String)
        /// End for this reason.
        case end(WHIPEnd)
    }

    private(set) var state = State.awaited
    /// Whether media has come on any connection: without it a lost publisher is not waited for.
    private(set) var hasStarted = false
    private let grace: Duration

    init(grace: Duration) { self.grace = grace }

    /// A publisher took the place; false if it is too late.
    mutating func arrived() -> Bool {
        guard state != .over else { return false }
        state = .present
        return true
    }

    /// Media came.
    mutating func started() { hasStarted = true }

    /// The publisher is heard again; says whether that is news.
    mutating func recovered() -> Bool {
        guard case .absent = state else { return false }
        state = .present
        return true
    }

    /// The publisher is not heard.
    mutating func lost(_ reason: String, at now: Instant) -> Action {
        guard state == .present else { return .nothing }
        guard hasStarted else {
            state = .over
            return .end(.neverStarted(reason))
        }
        state = .absent(until: now + grace, reason: reason)
        return .wait(until: now + grace, reason: reason)
    }

    /// Ends; false if it had.
    mutating func end() -> Bool {
        guard state != .over else { return false }
        state = .over
        return true
    }

    /// Looks whether the grace is over.
    mutating func timeout(at now: Instant) -> Action {
        guard case .absent(let until, let reason) = state, now >= until else { return .nothing }
        state = .over
        return .end(.lost(reason))
    }
}
