import JobProcess
import LiveKitProtocol
import MediaWire
import MessageBus
import Synchronization

/// One session of a worker, from the moment it is taken until its end has been told.
final class HostedSession: Sendable {
    private struct Publisher {
        var id: SessionTable.PublisherID
        var disconnect: @Sendable (PublisherDismissal) -> Void
    }

    private struct State {
        var life: SessionLife
        var process: ChildProcess?
        var publisher: Publisher?
        var registrations: [RPCRegistration] = []
        var isDone = false
    }

    /// What outlives the connections of WHIP publishers.
    struct WHIP: Sendable {
        let publisher: TranscodedPublisher
        let input: TranscodedInput
    }

    let description: SessionAssignment
    let input: Livekit_IngressInput
    let feed: SessionFeed
    /// Where a WHIP publisher's media goes, whoever it is.
    let whip = Mutex<WHIP?>(nil)
    private let state: Mutex<State>

    init(_ description: SessionAssignment, input: Livekit_IngressInput, startedAt: Int64) {
        self.description = description
        self.input = input
        let resource = description.plan.resourceID
        feed = SessionFeed(name: "feed \(resource.suffix(10))")
        state = Mutex(
            State(life: SessionLife(resource: resource, isPulled: input == .urlInput, startedAt: startedAt))
        )
    }

    var ingressID: String { description.plan.ingressID }
    var resourceID: String { description.plan.resourceID }
    /// How it stands, as it is told.
    var info: Livekit_IngressState { state.withLock { $0.life.state } }
    var process: ChildProcess? { state.withLock { $0.process } }
    var isOver: Bool { state.withLock { $0.life.isOver } }
    /// Whether it was asked to end, or ends by itself.
    var isEnding: Bool { state.withLock { $0.life.isEnding } }
    /// Nothing is left to do but to tell of it.
    var isDone: Bool { state.withLock { $0.isDone } }

    // MARK: - Publishers

    /// A publisher has the session from now on; the one before, if any, is disconnected.
    func attach(_ id: SessionTable.PublisherID, disconnect: @escaping @Sendable (PublisherDismissal) -> Void) {
        let (before, isOver) = state.withLock { state in
            let before = state.publisher
            state.publisher = Publisher(id: id, disconnect: disconnect)
            return (before, state.life.isOver)
        }
        if let before {
            feed.change(to: id)
            before.disconnect(.takenOver)
        } else {
            feed.begin(id)
        }
        if isOver { dismiss(.sessionOver) }
    }

    /// A publisher's connection is gone.
    func detach(_ id: SessionTable.PublisherID) {
        state.withLock { state in
            // What it was is kept: the next one is another.
            if state.publisher?.id == id { state.publisher?.disconnect = { _ in } }
        }
    }

    /// Disconnects whoever publishes.
    func dismiss(_ reason: PublisherDismissal) {
        let publisher = state.withLock { $0.publisher }
        publisher?.disconnect(reason)
    }

    // MARK: - The process

    func launched(_ process: ChildProcess, at now: Instant) {
        state.withLock { state in
            state.process = process
            state.life.launched(at: now)
        }
        process.link.send(.start(description))
        feed.connect(process.link)
    }

    /// Takes over what the process says; the state if it is to be told.
    func heard(_ message: SessionMessage, at now: Instant, unixNanoseconds: Int64) -> Livekit_IngressState? {
        state.withLock { state in
            guard case .report(let report) = message else {
                state.life.heard(at: now)
                return nil
            }
            let isNews = state.life.heard(report, at: now, unixNanoseconds: unixNanoseconds)
            return isNews ? state.life.state : nil
        }
    }

    /// The process is gone, and its number may be another's from now on.
    func exited(_ cause: String, hasSource: Bool, at now: Instant, unixNanoseconds: Int64) -> SessionLife.Next {
        feed.disconnect()
        return state.withLock { state in
            state.process = nil
            return state.life.exited(cause, hasSource: hasSource, at: now, unixNanoseconds: unixNanoseconds)
        }
    }

    /// Nothing can be started for it.
    func failed(_ text: String, unixNanoseconds: Int64) {
        state.withLock { $0.life.failed(text, at: unixNanoseconds) }
    }

    /// Nothing more comes from the source: what is there is published, and the session ends.
    func sourceEnded(at now: Instant) {
        state.withLock { $0.life.sourceEnded(at: now) }
        feed.send(.input(.ended))
    }

    /// Nothing more comes from the source, for a reason that becomes that of the session's end.
    func sourceFailed(_ error: IngressSessionError, at now: Instant) {
        state.withLock { $0.life.sourceFailed(error, at: now) }
        feed.send(.input(.ended))
    }

    /// Ends the session.
    func stop(_ reason: IngressStopReason, at now: Instant) {
        state.withLock { $0.life.stop(reason, at: now) }
        feed.send(.stop(reason))
    }

    /// Ends the process at once if it does not do what it has to; why, if so.
    func killIfFrozen(at now: Instant) -> String? {
        let (verdict, process) = state.withLock { state in
            (state.process == nil ? nil : state.life.freeze(at: now), state.process)
        }
        if verdict != nil { process?.kill() }
        return verdict
    }

    /// Ends the process at once.
    func kill() { process?.kill() }

    // MARK: - The end

    /// Keeps what is to be closed at the end.
    func keep(_ registrations: [RPCRegistration]) {
        state.withLock { $0.registrations += registrations }
    }

    func takeRegistrations() -> [RPCRegistration] {
        state.withLock { state in
            defer { state.registrations = [] }
            return state.registrations
        }
    }

    func done() {
        feed.close()
        whip.withLock { $0 = nil }
        state.withLock { $0.isDone = true }
    }
}
