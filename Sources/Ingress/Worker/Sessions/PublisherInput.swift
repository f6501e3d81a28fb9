/// Where an admitted publisher's media goes: into its session, for as long as the session is its.
final class PublisherInput: InputSink {
    let session: HostedSession
    private let id: SessionTable.PublisherID
    private let worker: IngressWorker
    private let departure: @Sendable () -> PublisherDeparture

    /// An input; `departure` tells how a publisher that is gone went.
    init(
        _ id: SessionTable.PublisherID,
        session: HostedSession,
        worker: IngressWorker,
        departure: @escaping @Sendable () -> PublisherDeparture
    ) {
        self.id = id
        self.session = session
        self.worker = worker
        self.departure = departure
    }

    /// Takes what the publisher says; after `.ended` it is gone.
    func receive(_ event: InputEvent) {
        guard case .ended = event else {
            session.feed.send(event, from: id)
            return
        }
        session.detach(id)
        worker.left(id, ingress: session.ingressID, departure())
    }
}
