internal import MediaWire

extension ICEAgent {
    /// Checks the pair in use, and draws conclusions from silence on it.
    mutating func watch(at now: Instant) {
        nextConsentAt = nil
        guard let heard = lastHeardAt, let consented = lastConsentAt else { return }
        let silence = now - heard
        if silence >= ICETiming.failedAfter || now - consented >= ICETiming.consentExpiresAfter {
            lose()
            return
        }
        if silence >= ICETiming.disconnectedAfter, state == .connected { setState(.disconnected) }
        if let selected = current.selected, let remote = current.remote {
            send(
                .consent,
                on: selected,
                local: current.local,
                remote: remote,
                generation: current.number,
                at: now
            )
        } else if let former {
            send(
                .consent,
                on: former.path,
                local: former.local,
                remote: former.remote,
                generation: former.generation,
                at: now
            )
        }
        nextConsentAt = now + interval(silence: silence, heard: heard, at: now)
    }

    /// Until the next check: spread by a fifth either way so that peers do not fall into step (RFC 7675 §5.1), hurried
    /// when an answer is missing, and never past the moment at which silence would mean something else.
    private mutating func interval(silence: Duration, heard: Instant, at now: Instant) -> Duration {
        let base = silence > ICETiming.keepalive * 2 ? ICETiming.urgentKeepalive : ICETiming.keepalive
        let spread = base.nanoseconds * Int64.random(in: 80...120, using: &generator) / 100
        let limits = [ICETiming.disconnectedAfter, ICETiming.failedAfter].filter { $0 > silence }
        return limits.reduce(.nanoseconds(spread)) { min($0, heard + $1 - now) }
    }

    /// The pair in use is dead.
    ///
    /// A restart that is under way goes on, and has its own deadline.
    private mutating func lose() {
        let isRestarting = current.selected == nil && current.startedAt != nil
        former = nil
        current.selected = nil
        guard !isRestarting else {
            setState(.checking)
            return
        }
        current.startedAt = nil
        transactions.removeAll()
        nextCheckAt = nil
        setState(.failed)
    }

    /// Notes an authentic message on a path.
    mutating func noteHeard(on path: ICEPath, at now: Instant) {
        guard path == current.selected ?? former?.path else { return }
        lastHeardAt = now
        if state == .disconnected { setState(.connected) }
    }
}
