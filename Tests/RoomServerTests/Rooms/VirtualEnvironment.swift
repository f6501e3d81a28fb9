import MediaWire
import PeerTransport
import RoomServer

/// The world of rooms in a test: virtual time, and peers that are never connected.
final class VirtualEnvironment: RoomEnvironment {
    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    private var timers: [VirtualTimer] = []
    private let certificate: Certificate
    /// What each attached peer reports to, by the peer's label.
    private(set) var listeners: [String: (PeerEvent) -> Void] = [:]
    private var labels: [ObjectIdentifier: String] = [:]

    init() throws {
        certificate = try Certificate.generate()
    }

    var wallClock: WallClock { WallClock(unixNanoseconds: now.nanoseconds + 1_700_000_000_000_000_000) }

    @discardableResult
    func schedule(after delay: Duration, _ work: @escaping () -> Void) -> any ScheduledWork {
        let timer = VirtualTimer(due: now + delay, work: work)
        timers.append(timer)
        return timer
    }

    func soon(_ work: @escaping () -> Void) { schedule(after: .zero, work) }

    func makePeer(_ adjust: (inout PeerConfiguration) -> Void) -> PeerConnection {
        var configuration = PeerConfiguration(certificate: certificate, iceRole: .controlled)
        adjust(&configuration)
        let peer = PeerConnection(configuration: configuration, now: now)
        labels[ObjectIdentifier(peer)] = configuration.label
        return peer
    }

    func attach(_ peer: PeerConnection, onEvent: @escaping (PeerEvent) -> Void) -> any PeerLink {
        listeners[labels[ObjectIdentifier(peer)] ?? ""] = onEvent
        return VirtualLink()
    }

    /// Lets time pass, running the timers that come due in their order.
    func run(for duration: Duration) {
        let end = now + duration
        while let next = timers.filter({ $0.work != nil && $0.due <= end }).min(by: { $0.due < $1.due }) {
            now = max(now, next.due)
            let work = next.work
            next.work = nil
            work?()
            timers.removeAll { $0.work == nil }
        }
        now = end
    }
}

private final class VirtualTimer: ScheduledWork {
    let due: Instant
    var work: (() -> Void)?

    init(due: Instant, work: @escaping () -> Void) {
        self.due = due
        self.work = work
    }

    func cancel() { work = nil }
}

private final class VirtualLink: PeerLink {
    func drain() {}
    func detach() {}
}
