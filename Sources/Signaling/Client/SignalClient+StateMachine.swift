package import LiveKitProtocol
package import MediaWire

extension SignalClient {
    /// Starts the session.
    package mutating func start(at now: Instant) -> [SignalClientAction] {
        guard case .idle = state else { preconditionFailure("a signal session starts once") }
        return open(Attempt(purpose: .join, number: 1), at: now)
    }

    /// The socket could not be opened, or was closed before its first message.
    package mutating func socketFailed(_ failure: SignalFailure, at now: Instant) -> [SignalClientAction] {
        switch state {
        case .opening(let attempt, _): failed(attempt, because: failure, at: now)
        case .open: connectionLost(.rrSignalDisconnected, resumable: true, at: now)
        case .idle, .waiting, .closed: []  // a report that crossed our own closing
        }
    }

    /// The open socket was closed by the other side or by the network.
    package mutating func socketClosed(at now: Instant) -> [SignalClientAction] {
        socketFailed(SignalFailure(text: "the server closed the connection before its first message"), at: now)
    }

    /// A message arrived.
    package mutating func received(_ response: Livekit_SignalResponse, at now: Instant) -> [SignalClientAction] {
        switch state {
        case .opening(let attempt, _):
            guard let message = response.message else { return [] }  // from a newer protocol: not the first we wait for
            return receivedFirst(message, in: attempt, at: now)
        case .open(var session):
            session.liveness.received(at: now)
            if case .pongResp = response.message { session.liveness.ponged(at: now) }
            state = .open(session)
            return response.message.map { receivedInSession($0, at: now) } ?? []
        case .idle, .waiting, .closed:
            return []  // was in flight when the socket was closed
        }
    }

    /// The primary peer connection is up.
    package mutating func transportConnected(at now: Instant) -> [SignalClientAction] {
        guard case .open(var session) = state else { return [] }  // media may come up while signalling is away
        let wasRestoring = session.restoring != nil
        session.restoring = nil
        session.transportDeadline = nil
        state = .open(session)
        return wasRestoring ? [.reconnected] : []
    }

    /// A peer connection failed, or a negotiation was not answered.
    package mutating func transportFailed(_ reason: Livekit_ReconnectReason, at now: Instant) -> [SignalClientAction] {
        guard case .open = state else { return [] }  // signalling is being recovered already; media follows it
        return connectionLost(reason, resumable: true, at: now)
    }

    /// The session has to be started afresh: resuming cannot mend what is wrong.
    package mutating func restart(at now: Instant) -> [SignalClientAction] {
        guard case .open = state else { return [] }
        return connectionLost(.rrUnknown, resumable: false, at: now)
    }

    /// The user wants to leave.
    package mutating func leave(at now: Instant) -> [SignalClientAction] {
        defer { state = .closed }
        switch state {
        case .closed: return []
        case .idle, .waiting: return [.ended(reason: .clientInitiated, text: "left")]
        case .opening: return [.closeSocket, .ended(reason: .clientInitiated, text: "left")]
        case .open:
            var request = Livekit_SignalRequest()
            request.leave.reason = .clientInitiated
            request.leave.action = .disconnect
            return [.send(request), .closeSocket, .ended(reason: .clientInitiated, text: "left")]
        }
    }

    /// Time has passed; call at ``nextDeadline``, earlier calls do nothing.
    package mutating func timeout(at now: Instant) -> [SignalClientAction] {
        switch state {
        case .idle, .closed:
            return []
        case .opening(let attempt, let deadline):
            guard now >= deadline else { return [] }
            let failure = SignalFailure(text: "no answer from the server within \(settings.attemptTimeout)")
            return failed(attempt, because: failure, at: now)
        case .waiting(let attempt, let until):
            return now >= until ? open(attempt, at: now) : []
        case .open(let session):
            return timeout(in: session, at: now)
        }
    }

    private mutating func timeout(in session: Session, at now: Instant) -> [SignalClientAction] {
        if session.liveness.isDead(at: now) { return connectionLost(.rrSignalDisconnected, resumable: true, at: now) }
        if let deadline = session.transportDeadline, now >= deadline {
            let failure = SignalFailure(text: "no media connection within \(settings.transportTimeout)")
            return failed(session.restoring ?? Attempt(purpose: .rejoin, number: 0), because: failure, at: now)
        }
        var session = session
        let isDue = session.liveness.pingIsDue(at: now)
        state = .open(session)
        return isDue ? [.ping(roundTrip: session.liveness.roundTrip)] : []
    }
}

// MARK: - Messages

extension SignalClient {
    private mutating func receivedFirst(
        _ message: Livekit_SignalResponse.OneOf_Message,
        in attempt: Attempt,
        at now: Instant
    ) -> [SignalClientAction] {
        switch (message, attempt.purpose) {
        case (.leave(let leave), _):
            return refused(attempt, by: leave, at: now)
        case (.join(let join), .join), (.join(let join), .rejoin):
            return joined(join, in: attempt, at: now)
        case (.reconnect(let reconnect), .resume):
            enter(attempt, at: now)
            return [.resumed(reconnect)]
        case (_, .resume):
            // Old servers resume without saying so: any message but `leave` shows that they did.
            enter(attempt, at: now)
            return [.resumed(Livekit_ReconnectResponse()), .deliver(message)]
        default:
            let failure = SignalFailure(text: "the server's first message was not the answer to a join")
            return failed(attempt, because: failure, at: now)
        }
    }

    private mutating func joined(
        _ join: Livekit_JoinResponse,
        in attempt: Attempt,
        at now: Instant
    ) -> [SignalClientAction] {
        guard join.hasParticipant, !join.participant.sid.isEmpty else {
            return failed(attempt, because: SignalFailure(text: "the server's join names no participant"), at: now)
        }
        participant = ParticipantSID(rawValue: join.participant.sid)
        ping = (join.pingInterval, join.pingTimeout)
        enter(attempt, at: now)
        return [.joined(join, again: attempt.purpose == .rejoin)]
    }

    private mutating func enter(_ attempt: Attempt, at now: Instant) {
        let liveness = SignalLiveness(intervalSeconds: ping.interval, timeoutSeconds: ping.timeout, at: now)
        state = .open(
            Session(
                liveness: liveness,
                restoring: attempt.purpose == .join ? nil : attempt,
                transportDeadline: now + settings.transportTimeout
            )
        )
    }

    private mutating func receivedInSession(
        _ message: Livekit_SignalResponse.OneOf_Message,
        at now: Instant
    ) -> [SignalClientAction] {
        switch message {
        case .pong, .pongResp:
            return []
        case .refreshToken(let fresh):
            if !fresh.isEmpty { token = fresh }
            return []
        case .leave(let leave):
            switch Departure(leave) {
            case .resume: return connectionLost(.rrUnknown, resumable: true, at: now)
            case .rejoin: return connectionLost(.rrUnknown, resumable: false, at: now)
            case .stay(let reason): return end(reason, "the server ended the session")
            }
        default:
            return [.deliver(message)]
        }
    }

    /// What a server's `leave` asks for; `can_reconnect` is the older spelling of "rejoin".
    private enum Departure {
        case resume
        case rejoin
        case stay(Livekit_DisconnectReason)

        init(_ leave: Livekit_LeaveRequest) {
            switch leave.action {
            case .resume: self = .resume
            case .reconnect: self = .rejoin
            default: self = leave.canReconnect ? .rejoin : .stay(leave.reason)
            }
        }
    }

    private mutating func refused(
        _ attempt: Attempt,
        by leave: Livekit_LeaveRequest,
        at now: Instant
    ) -> [SignalClientAction] {
        switch (Departure(leave), attempt.purpose) {
        case (.stay(let reason), _):
            let failure = SignalFailure(reason: reason, text: "the server refused the join (\(reason))")
            return failed(attempt, because: failure, at: now)
        case (_, .resume):
            return [.closeSocket] + open(Attempt(purpose: .rejoin, number: attempt.number + 1), at: now)
        default:
            return failed(attempt, because: SignalFailure(text: "the server asked to join again"), at: now)
        }
    }
}

// MARK: - Attempts

extension SignalClient {
    private mutating func open(_ attempt: Attempt, at now: Instant) -> [SignalClientAction] {
        state = .opening(attempt, deadline: now + settings.attemptTimeout)
        guard case .resume(let reason) = attempt.purpose, let participant else {
            return [.open(token: token, resume: nil)]
        }
        return [.open(token: token, resume: .init(participant: participant, reason: reason))]
    }

    private mutating func connectionLost(
        _ reason: Livekit_ReconnectReason,
        resumable: Bool,
        at now: Instant
    ) -> [SignalClientAction] {
        guard case .open(let session) = state else { preconditionFailure("only an open connection can be lost") }
        if let attempt = session.restoring {
            // Lost again before the last recovery was complete: that attempt failed.
            let lost = SignalFailure(text: "the connection was lost again while it was being restored")
            return failed(
                resumable ? attempt : Attempt(purpose: .rejoin, number: attempt.number),
                because: lost,
                at: now
            )
        }
        let attempt = Attempt(purpose: resumable ? .resume(reason) : .rejoin, number: 1)
        return [.reconnecting, .closeSocket] + open(attempt, at: now)
    }

    private mutating func failed(
        _ attempt: Attempt,
        because failure: SignalFailure,
        at now: Instant
    ) -> [SignalClientAction] {
        var announcement: [SignalClientAction] = []
        if case .open(let session) = state, session.restoring == nil { announcement = [.reconnecting] }
        switch attempt.purpose {
        case .join:
            if failure.isFinal || attempt.number >= settings.joinAttempts {
                state = .closed
                return [.closeSocket, .failedToJoin(failure)]
            }
            return wait(for: Attempt(purpose: .join, number: attempt.number + 1), at: now)
        case .resume(let reason):
            let next = attempt.number + 1
            let givesUpResuming = failure.isFinal || next > settings.resumeAttempts
            let purpose: Purpose = givesUpResuming ? .rejoin : .resume(reason)
            return announcement + wait(for: Attempt(purpose: purpose, number: next), at: now)
        case .rejoin:
            if failure.isFinal || attempt.number >= settings.recoveryAttempts {
                return end(failure.reason ?? .signalClose, "could not connect again: \(failure.text)")
            }
            return announcement + wait(for: Attempt(purpose: .rejoin, number: attempt.number + 1), at: now)
        }
    }

    private mutating func wait(for attempt: Attempt, at now: Instant) -> [SignalClientAction] {
        let delay = ReconnectBackoff.delay(before: attempt.number, random: Double.random(in: 0...1, using: &generator))
        state = .waiting(attempt, until: now + delay)
        return [.closeSocket]
    }

    private mutating func end(_ reason: Livekit_DisconnectReason, _ text: String) -> [SignalClientAction] {
        state = .closed
        return [.closeSocket, .ended(reason: reason, text: text)]
    }
}
