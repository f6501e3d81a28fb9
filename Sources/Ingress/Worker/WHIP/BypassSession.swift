import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import Synchronization

/// One session whose media goes through the worker's own process as it is.
final class BypassSession: WHIPObserver {
    private struct State {
        var life: BypassLife
        var publisher: SessionTable.PublisherID
        var participant: BypassParticipant?
        var registrations: [RPCRegistration] = []
        var isDone = false
    }

    let ingressID: String
    let resourceID: String
    private let worker: IngressWorker
    private let state: Mutex<State>

    init(
        _ plan: IngressPlan,
        publisher: SessionTable.PublisherID,
        worker: IngressWorker,
        startedAt: Int64
    ) {
        ingressID = plan.ingressID
        resourceID = plan.resourceID
        self.worker = worker
        let life = BypassLife(resource: plan.resourceID, startedAt: startedAt)
        state = Mutex(State(life: life, publisher: publisher))
    }

    /// How it stands, as it is told.
    var info: Livekit_IngressState { state.withLock { $0.life.state } }
    /// Nothing is left to do but to tell of it.
    var isDone: Bool { state.withLock { $0.isDone } }
    /// Where its media goes.
    var participant: BypassParticipant? { state.withLock { $0.participant } }

    /// Its media goes there.
    func begins(_ participant: BypassParticipant) {
        state.withLock { $0.participant = participant }
    }

    /// Another publisher gets it.
    func changes(to publisher: SessionTable.PublisherID) {
        state.withLock { $0.publisher = publisher }
    }

    /// Ends it, with the publisher's connection.
    func close(_ reason: String) { participant?.close(reason) }

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

    // MARK: - What becomes of it

    func publishing(_ tracks: [Livekit_TrackInfo], room: String) {
        state.withLock { $0.life.publishing(tracks, room: room, at: IngressWorker.unixNanoseconds) }
        worker.report(self)
    }

    func inputChanged(_ input: WHIPInputState) {
        state.withLock { $0.life.arrives(input, at: IngressWorker.unixNanoseconds) }
        worker.report(self)
    }

    func publisherLost(_ reason: String, grace: Duration) {
        worker.lost(state.withLock { $0.publisher }, ingress: ingressID, reason)
    }

    func publisherRecovered() {
        changes(to: worker.returned(ingress: ingressID, resource: resourceID))
    }

    func ended(_ reason: WHIPEnd) {
        state.withLock { $0.life.ended(reason, at: IngressWorker.unixNanoseconds) }
        worker.ended(self, reason)
    }

    func done() {
        state.withLock { $0.isDone = true }
    }
}
