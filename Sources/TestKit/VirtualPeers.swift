public import MediaWire
public import PeerTransport

/// Two peer connections in one process and virtual time, joined by an emulated network.
///
/// `left` makes the offers. Nothing happens except within `run`, which jumps from one due moment to the next, so
/// minutes of behaviour take milliseconds.
public final class VirtualPeers {
    /// An event and when it happened.
    public struct Timed {
        /// The moment.
        public let at: Instant
        /// What happened.
        public let event: PeerEvent
    }

    /// The one that offers.
    public let left: PeerConnection
    /// The one that answers.
    public let right: PeerConnection
    /// The way from left to right.
    public var toRight: NetworkEmulator
    /// The way from right to left.
    public var toLeft: NetworkEmulator
    /// What happened on the left so far.
    public private(set) var leftEvents: [Timed] = []
    /// What happened on the right so far.
    public private(set) var rightEvents: [Timed] = []
    /// Virtual time.
    public private(set) var now: Instant

    private var lastStep: Instant?
    private var stepsAtThisMoment = 0

    /// The offering side's address.
    public static let leftAddress = TransportAddress(ip: IPAddress(v4: (192, 0, 2, 1)), port: 4000)
    /// The answering side's address.
    public static let rightAddress = TransportAddress(ip: IPAddress(v4: (192, 0, 2, 2)), port: 5000)

    /// Makes two connections; `configure` may change their configurations, the left one's first.
    public init(
        conditions: NetworkConditions = NetworkConditions(delay: .milliseconds(5)),
        seed: UInt64,
        configure: (inout PeerConfiguration, inout PeerConfiguration) -> Void = { _, _ in }
    ) throws {
        let start = Instant(nanoseconds: 1_000_000_000_000)
        now = start
        var leftConfiguration = PeerConfiguration(
            certificate: try Certificate.generate(),
            iceRole: .controlling,
            localCandidates: [Self.candidate(Self.leftAddress)],
            label: "left"
        )
        var rightConfiguration = PeerConfiguration(
            certificate: try Certificate.generate(),
            iceRole: .controlled,
            localCandidates: [Self.candidate(Self.rightAddress)],
            label: "right"
        )
        leftConfiguration.generator = SeededGenerator(seed: seed &+ 2)
        rightConfiguration.generator = SeededGenerator(seed: seed &+ 3)
        configure(&leftConfiguration, &rightConfiguration)
        left = PeerConnection(configuration: leftConfiguration, now: start)
        right = PeerConnection(configuration: rightConfiguration, now: start)
        toRight = NetworkEmulator(conditions: conditions, seed: seed)
        toLeft = NetworkEmulator(conditions: conditions, seed: seed &+ 1)
    }

    /// One exchange: left offers, right answers.
    public func negotiate(iceRestart: Bool = false) throws(NegotiationError) {
        let offer = try left.createOffer(iceRestart: iceRestart, at: now)
        try right.setRemoteOffer(offer, at: now)
        let answer = try right.createAnswer(at: now)
        try left.setRemoteAnswer(answer, at: now)
        drain()
    }

    /// Lets time pass up to a moment.
    public func run(until end: Instant) {
        drain()
        while let due = nextDue, due <= end {
            now = max(now, due)
            step()
        }
        now = max(now, end)
    }

    /// Lets time pass.
    public func run(for duration: Duration) { run(until: now + duration) }

    /// Lets time pass until a condition holds; false if it still does not at the limit.
    public func run(atMost limit: Duration, until condition: () -> Bool) -> Bool {
        let end = now + limit
        drain()
        while !condition() {
            guard let due = nextDue, due <= end else {
                now = max(now, end)
                return false
            }
            now = max(now, due)
            step()
        }
        return true
    }

    /// Lets time pass until both sides are connected; false if they are not within ten seconds.
    public func connect() -> Bool {
        run(atMost: .seconds(10)) { left.connectionState == .connected && right.connectionState == .connected }
    }

    /// Takes what the connections have to say; call it after every call into one of them.
    public func drain() {
        while let output = left.poll() {
            switch output {
            case .transmit(let datagram): toRight.send(datagram, at: now)
            case .event(let event): leftEvents.append(Timed(at: now, event: event))
            }
        }
        while let output = right.poll() {
            switch output {
            case .transmit(let datagram): toLeft.send(datagram, at: now)
            case .event(let event): rightEvents.append(Timed(at: now, event: event))
            }
        }
    }

    private var nextDue: Instant? {
        [toRight.nextDelivery, toLeft.nextDelivery, left.nextTimeout, right.nextTimeout].compactMap(\.self).min()
    }

    private func step() {
        stepsAtThisMoment = lastStep == now ? stepsAtThisMoment + 1 : 0
        lastStep = now
        precondition(stepsAtThisMoment < 100_000, "a timer stays due however often it is served")
        for datagram in toRight.poll(at: now) { right.handle(Self.arrived(datagram), at: now) }
        for datagram in toLeft.poll(at: now) { left.handle(Self.arrived(datagram), at: now) }
        if let due = left.nextTimeout, due <= now { left.handleTimeout(at: now) }
        if let due = right.nextTimeout, due <= now { right.handleTimeout(at: now) }
        drain()
    }

    private static func arrived(_ datagram: Datagram) -> Datagram {
        Datagram(
            local: datagram.remote,
            remote: datagram.local,
            transport: datagram.transport,
            bytes: datagram.bytes
        )
    }

    private static func candidate(_ address: TransportAddress) -> ICECandidate {
        // Host, the only address of its kind (RFC 8445 §5.1.2).
        ICECandidate(foundation: "1", priority: 2_130_706_431, address: address)
    }
}
