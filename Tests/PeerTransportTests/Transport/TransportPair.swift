import Glibc
import MediaWire

@testable import PeerTransport

/// Two transports in one process, in virtual time, over a link that loses packets as its seed decides.
final class TransportPair {
    enum Side: Int { case a, b }

    struct Link {
        var loss = 0.0
        var delay: Duration = .milliseconds(10)
        var jitter: Duration = .zero
        /// Nothing gets through while set.
        var isCut = false
    }

    private struct Flight {
        let at: Instant
        let order: Int
        let to: Side
        let datagram: Datagram
    }

    private(set) var now = Instant(nanoseconds: 1_000_000_000)
    var link = Link()
    /// Whether virtual time keeps to the pace of the real clock: `SCTPStack` says why losses of SCTP need that.
    var isPaced = false
    /// Sees each datagram that is about to be sent, and says whether it is.
    var filter: ((Side, Datagram) -> Bool)?
    let transports: [SecureTransport]
    let addresses: [TransportAddress]
    private(set) var events: [[TransportEvent]] = [[], []]
    private var flights: [Flight] = []
    private var order = 0
    private var random: SplitMix

    init(
        seed: UInt64 = 1,
        profiles: [SRTPProfile] = [.aeadAES128GCM, .aes128CMHMACSHA1_80],
        roles: (ICERole, ICERole) = (.controlling, .controlled)
    ) throws {
        random = SplitMix(state: seed)
        let first = now
        addresses = [
            TransportAddress(ip: IPAddress(v4: (10, 0, 0, 1)), port: 5001),
            TransportAddress(ip: IPAddress(v4: (10, 0, 0, 2)), port: 5002),
        ]
        transports = [roles.0, roles.1].map { role in
            SecureTransport(
                certificate: sharedCertificates[role == roles.0 ? 0 : 1],
                iceRole: role,
                localCredentials: .random(),
                srtpProfiles: profiles,
                now: first
            )
        }
        for (transport, address) in zip(transports, addresses) {
            transport.addLocalCandidate(Self.host(address))
        }
    }

    var a: SecureTransport { transports[0] }
    var b: SecureTransport { transports[1] }

    static func host(_ address: TransportAddress, preference: UInt16 = .max) -> ICECandidate {
        ICECandidate(
            foundation: "1",
            priority: ICE.priority(of: .host, transport: .udp, localPreference: preference),
            address: address
        )
    }

    /// Exchanges descriptions: `a` has offered, `b`, as WebRTC does by default, starts DTLS.
    func signal(dtlsOfA: DTLSRole = .server, fingerprintOfA: Fingerprint? = nil) {
        exchangeICE()
        a.setRemote(fingerprint: b.certificate.fingerprint, dtlsRole: dtlsOfA, at: now)
        b.setRemote(
            fingerprint: fingerprintOfA ?? a.certificate.fingerprint,
            dtlsRole: dtlsOfA.opposite,
            at: now
        )
        drain()
    }

    func exchangeICE() {
        a.setRemote(credentials: b.localCredentials, at: now)
        b.setRemote(credentials: a.localCredentials, at: now)
        a.addRemoteCandidate(Self.host(addresses[1]), at: now)
        b.addRemoteCandidate(Self.host(addresses[0]), at: now)
        drain()
    }

    /// Lets time pass until `condition` holds, or for `limit`; says whether it does.
    @discardableResult
    func run(for limit: Duration, until condition: (TransportPair) -> Bool = { _ in false }) -> Bool {
        let end = now + limit
        let start = (virtual: now, real: ContinuousClock.now)
        drain()
        while !condition(self) {
            let wakes = transports.compactMap(\.nextTimeout) + flights.map(\.at)
            guard let next = wakes.min(), next <= end else {
                now = end
                return condition(self)
            }
            now = max(now, next)
            if isPaced {
                while ContinuousClock.now - start.real < now - start.virtual { usleep(200) }
            }
            let due = flights.filter { $0.at <= now }.sorted { ($0.at, $0.order) < ($1.at, $1.order) }
            flights.removeAll { $0.at <= now }
            for flight in due { transports[flight.to.rawValue].handle(flight.datagram, at: now) }
            for transport in transports {
                if let timeout = transport.nextTimeout, timeout <= now { transport.handleTimeout(at: now) }
            }
            drain()
        }
        return true
    }

    func drain() {
        for side in [Side.a, .b] {
            while let output = transports[side.rawValue].poll() {
                switch output {
                case .event(let event): events[side.rawValue].append(event)
                case .transmit(let datagram): send(datagram, from: side)
                }
            }
        }
    }

    private func send(_ datagram: Datagram, from side: Side) {
        if let filter, !filter(side, datagram) { return }
        guard !link.isCut, Double.random(in: 0..<1, using: &random) >= link.loss else { return }
        let spread = link.jitter.nanoseconds
        let jitter = spread > 0 ? Int64.random(in: 0...spread, using: &random) : 0
        order += 1
        flights.append(
            Flight(
                at: now + link.delay + .nanoseconds(jitter),
                order: order,
                to: side == .a ? .b : .a,
                datagram: Datagram(local: datagram.remote, remote: datagram.local, bytes: datagram.bytes)
            )
        )
    }

    // MARK: - What has happened

    func events(of side: Side) -> [TransportEvent] { events[side.rawValue] }

    var areConnected: Bool {
        events.allSatisfy { side in side.contains { if case .dtlsConnected = $0 { true } else { false } } }
    }

    func messages(of side: Side, on channel: DataChannelID? = nil) -> [[UInt8]] {
        events(of: side).compactMap {
            guard case .dataChannelMessage(let id, let bytes, _) = $0, channel == nil || id == channel else {
                return nil
            }
            return bytes
        }
    }

    func openChannels(of side: Side) -> [DataChannelID] {
        events(of: side).compactMap { if case .dataChannelOpened(let id, _, _) = $0 { id } else { nil } }
    }

    func connect() -> Bool {
        signal()
        return run(for: .seconds(30)) { $0.areConnected }
    }
}

/// Two certificates for all tests: the tests are not about making them.
let sharedCertificates: [Certificate] = (0..<2).map { _ in
    do { return try Certificate.generate() } catch { fatalError("no certificate: \(error)") }
}

/// A generator with a seed (Steele, Lea, Flood: SplitMix64).
struct SplitMix: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
        return z ^ z >> 31
    }
}

/// A plain RTP packet.
func rtpPacket(_ sequence: UInt16, ssrc: UInt32 = 0x1234_5678, payload: [UInt8] = [1, 2, 3]) -> [UInt8] {
    [0x80, 96, UInt8(sequence >> 8), UInt8(sequence & 255), 0, 0, 0, 1]
        + (0..<4).map { UInt8(truncatingIfNeeded: ssrc >> (24 - 8 * $0)) } + payload
}

extension SecureTransport {
    /// Whether there is nothing to do.
    var isQuiet: Bool {
        if case nil = poll() { true } else { false }
    }
}
