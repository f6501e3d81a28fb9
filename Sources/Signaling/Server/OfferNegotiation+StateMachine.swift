package import MediaWire

/// When to send offers to a client (the subscriber connection of the two-connection model).
///
/// Changes come in bursts, so an offer waits a little for more of them; one offer is outstanding at a time, and what changes
/// meanwhile goes into the next.
package struct OfferNegotiation: ~Copyable {
    /// How long an ordinary change waits for others.
    package static let debounce = Duration.milliseconds(150)
    /// How long a change waits that somebody is waiting for.
    package static let fastDebounce = Duration.milliseconds(10)
    /// How long an answer may take; after that the client is out of step.
    package static let answerTimeout = Duration.seconds(15)

    /// What to do.
    package enum Action: Sendable, Hashable {
        case nothing
        /// Call ``timerFired(at:)`` after this time.
        case schedule(Duration)
        /// Make an offer and send it with this id.
        case sendOffer(id: UInt32)
    }

    private enum State {
        /// Both sides agree. `changed` → debouncing.
        case stable
        /// Waiting for more changes. `timerFired` → awaitingAnswer.
        case debouncing(until: Instant)
        /// An offer is out. `answered` → stable or debouncing.
        case awaitingAnswer(since: Instant, changedMeanwhile: Bool)
    }

    private var state = State.stable
    private var nextID: UInt32

    /// - Parameter firstID: the id of the first offer, 1…256 at random in other servers.
    package init(firstID: UInt32) {
        nextID = firstID
    }

    /// Whether an offer waits for its answer.
    package var isAwaitingAnswer: Bool {
        if case .awaitingAnswer = state { true } else { false }
    }

    /// Something was added or removed.
    package mutating func changed(fast: Bool, at now: Instant) -> Action {
        let wait = fast ? Self.fastDebounce : Self.debounce
        switch state {
        case .stable:
            state = .debouncing(until: now + wait)
            return .schedule(wait)
        case .debouncing(let until):
            guard fast, now + wait < until else { return .nothing }
            state = .debouncing(until: now + wait)
            return .schedule(wait)
        case .awaitingAnswer(let since, _):
            state = .awaitingAnswer(since: since, changedMeanwhile: true)
            return .nothing
        }
    }

    /// A timer set for ``Action/schedule(_:)`` is over.
    ///
    /// Timers that an earlier one has overtaken are ignored.
    package mutating func timerFired(at now: Instant) -> Action {
        guard case .debouncing(let until) = state, now >= until else { return .nothing }
        state = .awaitingAnswer(since: now, changedMeanwhile: false)
        defer { nextID &+= 1 }
        return .sendOffer(id: nextID)
    }

    /// The client has answered.
    ///
    /// An answer without an offer is the client's fault and ignored by the caller.
    package mutating func answered(at now: Instant) -> Action {
        guard case .awaitingAnswer(_, let changed) = state else { return .nothing }
        state = .stable
        return changed ? self.changed(fast: true, at: now) : .nothing
    }

    /// The client starts over (it has reconnected): an outstanding offer will not be answered.
    package mutating func restarted(at now: Instant) -> Action {
        state = .stable
        return changed(fast: true, at: now)
    }

    /// Whether the client has failed to answer in time.
    package func isOverdue(at now: Instant) -> Bool {
        guard case .awaitingAnswer(let since, _) = state else { return false }
        return now - since >= Self.answerTimeout
    }
}
