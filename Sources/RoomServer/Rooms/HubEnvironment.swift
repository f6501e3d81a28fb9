package import MediaWire
import NIOCore
package import PeerTransport
package import PeerTransportNIO

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The real world of the rooms: a hub and its event loop.
package final class HubEnvironment: RoomEnvironment {
    private let hub: PeerHub

    /// The world of a hub.
    ///
    /// To be used on the hub's loop only.
    package init(hub: PeerHub) {
        self.hub = hub
    }

    /// The hub's time.
    package var now: Instant { hub.now }

    /// The system's time of day.
    package var wallClock: WallClock { Self.systemClock() }

    /// Schedules on the hub's loop.
    package func schedule(after delay: Duration, _ work: @escaping () -> Void) -> any ScheduledWork {
        LoopTask(hub.loop.assumeIsolated().scheduleTask(in: TimeAmount(delay), work))
    }

    /// Runs once the loop has dealt with what it has read.
    package func soon(_ work: @escaping () -> Void) {
        hub.loop.assumeIsolated().execute(work)
    }

    /// Makes a peer with the hub's addresses and certificate.
    package func makePeer(_ adjust: (inout PeerConfiguration) -> Void) -> PeerConnection {
        var configuration = PeerConfiguration(certificate: hub.certificate, iceRole: .controlled)
        configuration.localCandidates = hub.localCandidates
        // The wall clock is read once: sender reports must not follow its later corrections.
        let offset = Self.systemClock().unixNanoseconds - hub.now.nanoseconds
        configuration.wallClock = { WallClock(unixNanoseconds: $0.nanoseconds + offset) }
        adjust(&configuration)
        return PeerConnection(configuration: configuration, now: hub.now)
    }

    /// Attaches to the hub.
    package func attach(_ peer: PeerConnection, onEvent: @escaping (PeerEvent) -> Void) -> any PeerLink {
        HubLink(hub.attach(peer, onEvent: onEvent))
    }

    private static func systemClock() -> WallClock {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return WallClock(unixNanoseconds: Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec))
    }
}

/// A timer of the loop.
private final class LoopTask: ScheduledWork {
    private let scheduled: Scheduled<Void>

    init(_ scheduled: Scheduled<Void>) {
        self.scheduled = scheduled
    }

    func cancel() { scheduled.cancel() }
}

/// A peer's attachment to the hub.
private final class HubLink: PeerLink {
    private let attachment: PeerAttachment

    init(_ attachment: PeerAttachment) {
        self.attachment = attachment
    }

    func drain() { attachment.drain() }

    func detach() { attachment.detach() }
}
