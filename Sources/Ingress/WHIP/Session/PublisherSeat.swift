import LiveKitProtocol
import MediaWire
import PeerTransportNIO
import RoomClient

/// The place of a publisher at its destination: who has it, and how long it is kept free for one that was lost.
///
/// `PublisherPresence` decides; this has the timer and tells. On the hub's loop only.
final class PublisherSeat {
    private(set) var session: WHIPSession?
    /// The connection whose publisher is waited for.
    private var lost: WHIPSession?
    private var presence: PublisherPresence
    private let grace: Duration
    private let hub: PeerHub
    /// Held until the end only: it may hold the destination.
    private var observer: (any WHIPObserver)?
    private var timer: LoopTimer?
    /// Called once, before the observer hears of the end.
    var onEnd: () -> Void = {}

    init(grace: Duration, hub: PeerHub, observer: any WHIPObserver) {
        self.grace = grace
        self.hub = hub
        self.observer = observer
        presence = PublisherPresence(grace: grace)
    }

    var isOver: Bool { presence.state == .over }

    /// Gives the place to a connection, the newest wins; false if it is too late.
    func take(_ session: WHIPSession) -> Bool {
        guard presence.arrived() else { return false }
        let former = self.session
        self.session = session
        if former !== session { former?.finish(.displaced) }
        forgetLost()
        observer?.attached(session)
        return true
    }

    func started() { presence.started() }

    func noted(_ state: WHIPInputState) { observer?.inputChanged(state) }

    func publishing(_ tracks: [Livekit_TrackInfo], room: String) { observer?.publishing(tracks, room: room) }

    func interrupted(_ session: WHIPSession, reason: String) {
        guard session === self.session else { return }
        perform(presence.lost(reason, at: hub.now))
    }

    func recovered(_ session: WHIPSession) {
        guard session === self.session, presence.recovered() else { return }
        observer?.publisherRecovered()
    }

    func left(_ session: WHIPSession, _ ending: WHIPSessionEnding) {
        guard session === self.session else { return }
        self.session = nil
        switch ending {
        case .deleted: end(.deleted)
        case .lost(let reason):
            lost = session
            perform(presence.lost(reason, at: hub.now))
        case .neverStarted(let reason): perform(presence.lost(reason, at: hub.now))
        case .displaced: break
        }
    }

    private func forgetLost() {
        lost?.forget()
        lost = nil
    }

    /// A publisher was admitted and could not be connected: without any so far there is nothing to go on with.
    func declined(_ reason: String) {
        if presence.state == .awaited { end(.neverStarted(reason)) }
    }

    func end(_ reason: WHIPEnd) {
        guard presence.end() else { return }
        finish(reason)
    }

    private func perform(_ action: PublisherPresence.Action) {
        switch action {
        case .nothing: break
        case .wait(let until, let reason):
            observer?.publisherLost(reason, grace: grace)
            let timer = self.timer ?? LoopTimer(loop: hub.loop) { [weak self] in self?.alarm() }
            self.timer = timer
            timer.wake(at: until, now: hub.now)
        case .end(let reason): finish(reason)
        }
    }

    private func alarm() {
        perform(presence.timeout(at: hub.now))
        if case .absent(let until, _) = presence.state { timer?.wake(at: until, now: hub.now) }
    }

    private func finish(_ reason: WHIPEnd) {
        timer?.cancel()
        let last = session
        session = nil
        last?.finish(.displaced)
        forgetLost()
        onEnd()
        onEnd = {}
        observer?.ended(reason)
        observer = nil
    }
}
