import LiveKitProtocol
package import MediaWire

/// The client's side of a signal session: when to connect, when to resume, when to start afresh, when to give up.
///
/// It owns no socket and no clock. Its owner reports what happens (`socketFailed`, `received`, `transportFailed`, …) and
/// does what the returned ``SignalClientAction``s say, in their order.
///
/// The life of a session:
///
///     idle ─▶ opening(join) ─▶ open ◀───────────────┐
///                  │            │ connection lost     │ transport up
///                  │            ▼                     │
///                  │         waiting ─▶ opening(resume) ─▶ open, restoring
///                  │            ▲   └─▶ opening(rejoin) ─▶ open, restoring
///                  ▼            └── attempt failed ──┘
///                closed ◀── leave, or attempts used up
///
/// *Resume* takes up the session on a new socket and leaves the media running; a server that no longer knows the
/// participant answers with `leave`, and then the client *rejoins*: a new session with new peer connections under the
/// same identity. Nothing here distinguishes who lost the connection: socket, silence, ICE or the server's `leave`.
package struct SignalClient: ~Copyable {
    /// Bounds of patience.
    package struct Settings: Sendable {
        /// Attempts to join for the first time.
        package var joinAttempts = 3
        /// Attempts to recover a session before it is given up.
        package var recoveryAttempts = 10
        /// How many of those try to resume before the session is started afresh.
        package var resumeAttempts = 3
        /// Time for one attempt, from opening the socket to the first message.
        package var attemptTimeout = Duration.seconds(10)
        /// Time for the primary peer connection to come up.
        package var transportTimeout = Duration.seconds(15)

        /// The bounds other clients use.
        package init() {}
    }

    /// What an attempt to connect is for.
    enum Purpose: Sendable, Hashable {
        case join
        case resume(Livekit_ReconnectReason)
        case rejoin
    }

    /// One attempt to connect.
    struct Attempt: Sendable, Hashable {
        var purpose: Purpose
        /// The first is 1.
        var number: Int
    }

    /// An open session.
    struct Session: Sendable {
        var liveness: SignalLiveness
        /// The attempt that is not complete until the transport is up; nil when nothing is being restored.
        var restoring: Attempt?
        /// When the transport must be up; nil once it is.
        var transportDeadline: Instant?
    }

    enum State: Sendable {
        /// Transitions: `opening(join)`, `closed`.
        case idle
        /// A socket is being opened, or open without a first message. Transitions: `open`, `waiting`, `closed`.
        case opening(Attempt, deadline: Instant)
        /// The session runs. Transitions: `waiting` (through a lost connection), `closed`.
        case open(Session)
        /// Between two attempts. Transitions: `opening`, `closed`.
        case waiting(Attempt, until: Instant)
        /// Over. No transitions.
        case closed
    }

    let settings: Settings
    var state: State = .idle
    var token: String
    var participant: ParticipantSID?
    var ping: (interval: Int32, timeout: Int32) = (5, 15)
    var generator: any RandomNumberGenerator & Sendable

    /// Makes a session that has not been started.
    package init(
        token: String,
        settings: Settings = Settings(),
        generator: any RandomNumberGenerator & Sendable = SystemRandomNumberGenerator()
    ) {
        self.token = token
        self.settings = settings
        self.generator = generator
    }

    /// When ``timeout(at:)`` wants to be called.
    package var nextDeadline: Instant? {
        switch state {
        case .idle, .closed: nil
        case .opening(_, let deadline): deadline
        case .waiting(_, let until): until
        case .open(let session):
            if let deadline = session.transportDeadline {
                min(deadline, session.liveness.nextDeadline)
            } else {
                session.liveness.nextDeadline
            }
        }
    }

    /// Whether messages can be sent now.
    package var isOpen: Bool {
        if case .open = state { true } else { false }
    }

    /// Whether the session is over.
    package var isClosed: Bool {
        if case .closed = state { true } else { false }
    }

    /// Last measured round trip of the signal connection.
    package var roundTrip: Duration? {
        if case .open(let session) = state { session.liveness.roundTrip } else { nil }
    }
}
