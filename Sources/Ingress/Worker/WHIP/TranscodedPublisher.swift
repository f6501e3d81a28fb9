import LiveKitProtocol
import MediaWire
import Synchronization

/// A WHIP publisher, or one after the other, whose media goes to a session's process.
final class TranscodedPublisher: WHIPObserver, InputSink {
    private struct State {
        var publisher: SessionTable.PublisherID
        var isAway = false
    }

    let session: HostedSession
    private let worker: IngressWorker
    /// The first one's: on the way to the process all of them are one, because they have one timeline.
    private let id: SessionTable.PublisherID
    private let state: Mutex<State>

    init(_ id: SessionTable.PublisherID, session: HostedSession, worker: IngressWorker) {
        self.id = id
        self.session = session
        self.worker = worker
        state = Mutex(State(publisher: id))
    }

    /// Another publisher gets the session.
    func changes(to publisher: SessionTable.PublisherID) {
        state.withLock { $0.publisher = publisher }
    }

    func receive(_ event: InputEvent) {
        // Of the end the observer hears too, together with its reason.
        if case .ended = event { return }
        session.feed.send(event, from: id)
    }

    func attached(_ session: WHIPSession) { returns() }

    func publisherLost(_ reason: String, grace: Duration) {
        let publisher = state.withLock { state in
            state.isAway = true
            return state.publisher
        }
        worker.left(publisher, ingress: session.ingressID, .lost)
    }

    func publisherRecovered() {
        changes(to: worker.returned(ingress: session.ingressID, resource: session.resourceID))
        returns()
    }

    func ended(_ reason: WHIPEnd) {
        // The publisher said so, or was waited for long enough, or was sent away, or never sent anything.
        worker.left(state.withLock { $0.publisher }, ingress: session.ingressID, PublisherDeparture(reason))
    }

    private func returns() {
        let wasAway = state.withLock { state in
            defer { state.isAway = false }
            return state.isAway
        }
        if wasAway { session.feed.resume() }
    }
}

extension PublisherDeparture {
    /// What a session makes of the end of what a WHIP publisher sends to.
    fileprivate init(_ end: WHIPEnd) {
        self =
            switch end {
            case .neverStarted(let reason): .failed(IngressSessionError(.sourceNotReady, detail: reason))
            case .roomDisconnected(let reason): .failed(IngressSessionError(.roomDisconnected, detail: reason))
            case .deleted, .lost, .closed: .finished
            }
    }
}
