package import MediaWire

/// When to ask a client for an offer (the single-connection model, in which only the client offers).
///
/// The server cannot add media by itself: it says how many more sections it needs and the client offers them. Requests are
/// collected for a moment, and one is outstanding at a time.
package struct SectionRequest: ~Copyable {
    /// How long a change waits for others before the client is asked.
    package static let debounce = Duration.milliseconds(10)
    /// How long an offer may take before the client is asked again.
    package static let offerTimeout = Duration.seconds(5)

    /// What to do.
    package enum Action: Sendable, Hashable {
        case nothing
        /// Call ``timerFired(at:)`` after this time.
        case schedule(Duration)
        /// Ask the client now.
        case ask
    }

    private enum State {
        /// Nothing to say. `changed` → collecting.
        case stable
        /// Waiting for more changes. `timerFired` → asked.
        case collecting
        /// The client will offer. `offered` → stable.
        case asked(since: Instant)
    }

    private var state: State

    /// - Parameter expectsOffer: whether the client is about to offer anyway, as after joining.
    package init(expectsOffer: Bool, at now: Instant) {
        state = expectsOffer ? .asked(since: now) : .stable
    }

    /// Something was added or removed.
    package mutating func changed(at now: Instant) -> Action {
        guard case .stable = state else { return .nothing }
        state = .collecting
        return .schedule(Self.debounce)
    }

    /// The timer set for ``Action/schedule(_:)`` is over.
    package mutating func timerFired(at now: Instant) -> Action {
        guard case .collecting = state else { return .nothing }
        state = .asked(since: now)
        return .ask
    }

    /// The client has offered and was answered.
    ///
    /// `stillWaiting`: there is more than the offer had room for.
    package mutating func offered(stillWaiting: Bool, at now: Instant) -> Action {
        state = .stable
        return stillWaiting ? changed(at: now) : .nothing
    }

    /// Whether the client has not offered in time and is to be asked again.
    package mutating func isOverdue(at now: Instant) -> Bool {
        guard case .asked(let since) = state, now - since >= Self.offerTimeout else { return false }
        state = .asked(since: now)
        return true
    }
}
