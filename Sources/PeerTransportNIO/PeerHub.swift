public import MediaWire
public import NIOCore
internal import NIOPosix
public import PeerTransport

/// One event loop, one UDP port and optionally one TCP port for many peers.
///
/// The loop is the home of everything that touches the peers: their owners run on it, and so do their events. The hub
/// decides nothing: it finds the peer an arriving packet is for (`RoutingTable`), lets it act (`HubCore` says how a turn
/// goes), and sends what it wants sent. What is for nobody is dropped and counted.
public final class PeerHub: Sendable {
    /// Where the hub's peers live.
    public let loop: any EventLoop
    /// The addresses of the hub, for the descriptions of its peers.
    public let localCandidates: [ICECandidate]
    /// What all peers of the hub prove themselves by.
    public let certificate: Certificate
    /// The UDP port of all peers.
    public let udpPort: Int
    /// The port of ICE-TCP, if it is on.
    public let tcpPort: Int?
    /// What the hub was started with.
    public let configuration: PeerHubConfiguration
    private let core: NIOLoopBound<HubCore>
    private let channels: [any Channel]

    private init(
        configuration: PeerHubConfiguration,
        core: NIOLoopBound<HubCore>,
        certificate: Certificate,
        udp: any Channel,
        tcp: (any Channel)?,
        localCandidates: [ICECandidate]
    ) {
        self.configuration = configuration
        loop = udp.eventLoop
        self.core = core
        self.certificate = certificate
        self.localCandidates = localCandidates
        udpPort = udp.localAddress?.port ?? 0
        tcpPort = tcp?.localAddress?.port
        channels = [udp] + (tcp.map { [$0] } ?? [])
    }

    /// Binds the ports and begins to listen.
    ///
    /// Throws `PeerHubError`.
    public static func start(
        configuration: PeerHubConfiguration,
        on loop: any EventLoop
    ) async throws -> PeerHub {
        try await start(configuration: configuration, certificate: Certificate.generate(), on: loop)
    }

    /// Another hub with the same certificate on the same loop, with a UDP port of its own that the system chooses.
    ///
    /// Peers that call the same server need a port each: the server tells them apart by address, so two connections
    /// from one port to its one port would be one to it. A server's hub needs no companions.
    public func companion() async throws -> PeerHub {
        var configuration = configuration
        configuration.udpPort = 0
        configuration.tcpPort = nil
        return try await Self.start(configuration: configuration, certificate: certificate, on: loop)
    }

    private static func start(
        configuration: PeerHubConfiguration,
        certificate: Certificate,
        on loop: any EventLoop
    ) async throws -> PeerHub {
        guard let ip = IPAddress(configuration.bindAddress) else {
            throw PeerHubError.notAnAddress(configuration.bindAddress)
        }
        let advertised = try configuration.advertisedAddresses.map { text in
            guard let ip = IPAddress(text) else { throw PeerHubError.notAnAddress(text) }
            return ip
        }
        let interval = configuration.readInterval
        let core = try await loop.submit {
            NIOLoopBound(HubCore(loop: loop, readInterval: interval), eventLoop: loop)
        }.get()
        let udp = try await bindUDP(
            ip,
            port: configuration.udpPort,
            gathers: interval != nil,
            core: core,
            on: loop
        )
        var tcp: (any Channel)?
        if let port = configuration.tcpPort {
            do {
                tcp = try await bindTCP(ip, port: port, core: core, on: loop)
            } catch {
                try? await udp.close()
                throw error
            }
        }
        let addresses = try advertised.isEmpty ? LocalCandidates.addresses(bound: ip) : advertised
        return PeerHub(
            configuration: configuration,
            core: core,
            certificate: certificate,
            udp: udp,
            tcp: tcp,
            localCandidates: LocalCandidates.make(
                addresses: addresses,
                udpPort: UInt16(clamping: udp.localAddress?.port ?? 0),
                tcpPort: tcp?.localAddress?.port.map { UInt16(clamping: $0) }
            )
        )
    }

    /// The present, as the hub's peers know it.
    public var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

    /// Drives a peer from now on.
    ///
    /// To be called on the loop. `onEvent` is called on the loop as well, for one event at a time, after the call that
    /// caused it has returned; it may do anything to this and other peers, and calls their `drain` after.
    public func attach<Peer: DrivenPeer>(
        _ peer: Peer,
        onEvent: @escaping (Peer.Event) -> Void
    ) -> PeerAttachment {
        let core = core.value
        return PeerAttachment(core: core, attachment: core.attach(peer, onEvent: onEvent))
    }

    /// What the hub has seen so far.
    public func statistics() async throws -> PeerHubStatistics {
        try await loop.submit { self.core.value.statistics }.get()
    }

    /// Stops driving all peers and closes the ports.
    public func shutdown() async {
        _ = try? await loop.submit {
            self.core.value.detachAll()
            for connection in self.core.value.connections.values { connection.close(promise: nil) }
        }.get()
        for channel in channels { try? await channel.close() }
    }
}
