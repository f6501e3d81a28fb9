internal import MediaWire

/// A full ICE agent (RFC 8445) for one component, sans-IO: finds the path to the peer, and watches over it.
///
/// **Candidates.** Ours are the addresses of the process's sockets. All UDP sockets of one address family are taken as
/// one base, since a hub has one port: a remote candidate is paired with our best candidate of its family. TCP is
/// passive: pairs of it come from the peer's connections.
///
/// **Nomination.** Controlling, we nominate once (RFC 8445 §8.1.1): the best pair, or the best valid one after
/// `ICETiming.nominationDelay`. Controlled, we follow the peer, also if it nominates several (aggressive nomination):
/// the best, or any when the selected one has gone silent.
///
/// **Restart.** New credentials begin a new generation of candidates and pairs. The selected pair and its credentials
/// are kept as `former`, and used until the new generation has selected a pair.
///
/// **Silence.** The selected pair is checked all the time (RFC 7675). `ICETiming` says what follows from silence.
struct ICEAgent {
    enum Event: Equatable {
        case stateChanged(ICEConnectionState)
        case selected(ICEPath)
    }

    var role: ICERole
    let tieBreaker: UInt64
    var state = ICEConnectionState.new
    var localCandidates: [ICECandidate] = []
    var current: ICEGeneration
    var former: ICEFormerPair?
    var transactions: [STUNTransactionID: ICETransaction] = [:]
    var nextCheckAt: Instant?
    var nextConsentAt: Instant?
    /// When an authentic message last came on the selected pair.
    var lastHeardAt: Instant?
    /// When a check of ours on it was last answered.
    var lastConsentAt: Instant?
    var outbound: [Datagram] = []
    var events: [Event] = []
    var generator: any RandomNumberGenerator & Sendable

    init(role: ICERole, credentials: ICECredentials, generator: any RandomNumberGenerator & Sendable) {
        self.role = role
        self.generator = generator
        tieBreaker = self.generator.next()
        current = ICEGeneration(number: 0, local: credentials)
    }

    // MARK: - What is known of both sides

    mutating func addLocalCandidate(_ candidate: ICECandidate) {
        guard localCandidates.count < ICELimit.localCandidates, !localCandidates.contains(candidate) else { return }
        localCandidates.append(candidate)
        localCandidates.sort { $0.priority > $1.priority }
        for remote in current.remoteCandidates { pair(with: remote) }
    }

    /// The peer's credentials; others than before mean that the peer has restarted.
    mutating func setRemote(_ credentials: ICECredentials, at now: Instant) {
        guard credentials != current.remote, state != .closed else { return }
        if current.remote != nil {
            startGeneration(local: current.local)
            current.isRestartedByPeerOnly = true
        }
        current.remote = credentials
        beginChecking(at: now)
    }

    /// Our own restart.
    ///
    /// Follows the peer's, or waits for it.
    mutating func restart(_ credentials: ICECredentials, at now: Instant) {
        guard state != .closed else { return }
        if current.isRestartedByPeerOnly {
            current.local = credentials
            current.isRestartedByPeerOnly = false
            // What was sent with the former fragment in its name would be refused.
            transactions = transactions.filter { $0.value.generation != current.number }
            for index in current.pairs.indices where current.pairs[index].state == .inProgress {
                current.pairs[index].state = .waiting
            }
            beginChecking(at: now)
        } else {
            startGeneration(local: credentials)
        }
    }

    mutating func addRemoteCandidate(_ candidate: ICECandidate, at now: Instant) {
        guard
            state != .closed,
            current.remoteCandidates.count < ICELimit.remoteCandidates,
            candidate.component == 1, candidate.address.port != 0, !candidate.address.ip.isUnspecified,
            !current.remoteCandidates.contains(candidate)
        else { return }
        current.remoteCandidates.append(candidate)
        pair(with: candidate)
        scheduleChecks(at: now)
    }

    mutating func close() {
        setState(.closed)
        transactions.removeAll()
        nextCheckAt = nil
        nextConsentAt = nil
        former = nil
        current.pairs.removeAll()
        current.selected = nil
        current.startedAt = nil
    }

    private mutating func startGeneration(local: ICECredentials) {
        if let selected = current.selected, let remote = current.remote {
            former = ICEFormerPair(
                generation: current.number,
                local: current.local,
                remote: remote,
                path: selected
            )
        }
        current = ICEGeneration(number: current.number + 1, local: local)
        let kept = former?.generation
        transactions = transactions.filter { $0.value.generation == kept && $0.value.purpose == .consent }
    }

    private mutating func beginChecking(at now: Instant) {
        current.startedAt = now
        if former == nil { setState(.checking) }
        scheduleChecks(at: now)
    }

    // MARK: - Pairs

    private mutating func pair(with remote: ICECandidate) {
        // The peer opens TCP connections, we do not.
        guard remote.transport == .udp else { return }
        let local = localCandidates.first {
            $0.transport == .udp && $0.address.ip.isV4 == remote.address.ip.isV4
        }
        guard let local else { return }
        let path = ICEPath(local: local.address, remote: remote.address, transport: .udp)
        if let index = current.index(of: path) {
            current.pairs[index].remotePriority = remote.priority
        } else {
            addPair(ICEPair(path: path, localPriority: local.priority, remotePriority: remote.priority))
        }
    }

    /// Adds a pair; a full list loses its worst one that is of no use.
    mutating func addPair(_ pair: ICEPair) {
        if current.pairs.count >= ICELimit.pairs {
            let useless = current.pairs.indices.filter { [.failed, .waiting].contains(current.pairs[$0].state) }
            let worst = useless.min { current.pairs[$0].priority(as: role) < current.pairs[$1].priority(as: role) }
            guard let worst else { return }
            current.pairs.remove(at: worst)
        }
        current.pairs.append(pair)
    }

    /// The path a datagram came by, seen from our candidates: a socket bound to all addresses cannot name one.
    func path(of datagram: Datagram) -> ICEPath {
        let fitting = localCandidates.filter { $0.transport == datagram.transport }
        let local =
            fitting.first { $0.address == datagram.local }
            ?? fitting.first { $0.address.ip.isV4 == datagram.remote.ip.isV4 }
        return ICEPath(
            local: local?.address ?? datagram.local,
            remote: datagram.remote,
            transport: datagram.transport
        )
    }

    /// Whether the peer has proven itself where a datagram comes from, so that it may be looked at.
    func isProven(_ datagram: Datagram) -> Bool {
        trust(in: datagram.remote, over: datagram.transport) != .none
    }

    /// How far an address is known to be the peer's.
    func trust(in remote: TransportAddress, over transport: TransportProtocol) -> PathTrust {
        // Nearly every packet comes by the pair in use.
        if let path = current.selected ?? former?.path, path.remote == remote, path.transport == transport {
            return .inUse
        }
        let isProven = current.pairs.contains {
            $0.path.remote == remote && $0.path.transport == transport
                && ($0.state == .succeeded || $0.hasPeerCheck)
        }
        return isProven || (former?.path.remote == remote && former?.path.transport == transport) ? .proven : .none
    }

    /// Where to send: the selected pair, else the one before a restart, else the best valid one.
    var sendPath: ICEPath? {
        if let selected = current.selected ?? former?.path { return selected }
        return bestValidPair?.path
    }

    var bestValidPair: ICEPair? {
        current.pairs.filter { $0.state == .succeeded }.max { $0.priority(as: role) < $1.priority(as: role) }
    }

    // MARK: - State

    mutating func setState(_ new: ICEConnectionState) {
        guard new != state else { return }
        state = new
        events.append(.stateChanged(new))
    }

    mutating func select(_ path: ICEPath, at now: Instant) {
        guard current.selected != path else { return }
        current.selected = path
        former = nil
        transactions = transactions.filter { $0.value.generation == current.number }
        lastHeardAt = now
        lastConsentAt = now
        nextConsentAt = now + ICETiming.keepalive
        setState(.connected)
        events.append(.selected(path))
    }
}
