import MediaWire
import NIOCore
import NIOPosix
import PeerTransport

@testable import PeerTransportNIO

/// A transport in a hub, and what it has told.
final class HubPeer {
    let transport: SecureTransport
    private(set) var attachment: PeerAttachment?
    private(set) var events: [TransportEvent] = []
    var onEvent: ((TransportEvent) -> Void)?
    private let hub: PeerHub

    init(_ hub: PeerHub, role: ICERole) {
        self.hub = hub
        transport = SecureTransport(
            certificate: hub.certificate,
            iceRole: role,
            localCredentials: .random(),
            now: hub.now
        )
        for candidate in hub.localCandidates { transport.addLocalCandidate(candidate) }
        attachment = hub.attach(transport) { [unowned self] event in
            events.append(event)
            onEvent?(event)
        }
    }

    /// Tells `self` of `peer`; without candidates it waits to be found.
    func meet(_ peer: HubPeer, dtls: DTLSRole, candidates: Bool = true) {
        transport.setRemote(credentials: peer.transport.localCredentials, at: hub.now)
        transport.setRemote(fingerprint: peer.hub.certificate.fingerprint, dtlsRole: dtls, at: hub.now)
        if candidates {
            for candidate in peer.hub.localCandidates { transport.addRemoteCandidate(candidate, at: hub.now) }
        }
        attachment?.drain()
    }

    var isConnected: Bool { events.contains { if case .dtlsConnected = $0 { true } else { false } } }
    var packets: [[UInt8]] { events.compactMap { if case .rtp(let bytes, _) = $0 { bytes } else { nil } } }
}

/// Runs `body` with a server's hub and as many clients' hubs on loopback, all on one loop, and shuts them down.
func withHubs(
    clients count: Int = 1,
    _ body: (PeerHub, [PeerHub]) async throws -> Void
) async throws {
    let loop = MultiThreadedEventLoopGroup.singleton.next()
    let server = try await PeerHub.start(configuration: .init(bindAddress: "127.0.0.1"), on: loop)
    var clients: [PeerHub] = []
    for _ in 0..<count { clients.append(try await server.companion()) }
    let result: Result<Void, any Error>
    do {
        try await body(server, clients)
        result = .success(())
    } catch {
        result = .failure(error)
    }
    for hub in [server] + clients { await hub.shutdown() }
    try result.get()
}

/// Makes a peer in each client's hub and one for it in the server's, and introduces them.
func connect(_ server: PeerHub, _ clients: [PeerHub], toldOfCandidates: Bool = true) -> [(HubPeer, HubPeer)] {
    clients.map { client in
        let pair = (HubPeer(server, role: .controlled), HubPeer(client, role: .controlling))
        pair.0.meet(pair.1, dtls: .client, candidates: toldOfCandidates)
        pair.1.meet(pair.0, dtls: .server)
        return pair
    }
}

/// Waits on the loop until a condition holds; false after ten seconds.
func eventually(_ loop: any EventLoop, _ condition: @escaping @Sendable () -> Bool) async throws -> Bool {
    let deadline = NIODeadline.now() + .seconds(10)
    while NIODeadline.now() < deadline {
        if try await loop.submit(condition).get() { return true }
        try await loop.scheduleTask(in: .milliseconds(2)) {}.futureResult.get()
    }
    return false
}

/// A plain RTP packet.
func rtpPacket(_ sequence: UInt16, size: Int = 3) -> [UInt8] {
    [0x80, 96, UInt8(sequence >> 8), UInt8(sequence & 255), 0, 0, 0, 1, 0, 0, 0, 9]
        + [UInt8](repeating: UInt8(sequence & 255), count: size)
}
