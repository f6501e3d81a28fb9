public import MediaWire

extension PeerConnection: DrivenPeer {
    /// The ICE user name fragment by which the first packets of a peer name this connection; changes on a restart.
    public var localUfrag: String { transport.localUfrag }

    /// When `handleTimeout` must be called next; nil while nothing is awaited.
    public var nextTimeout: Instant? {
        guard !isClosed else { return nil }
        var next = transport.nextTimeout
        for due in [nextReport, nextNACK, feedback.nextDue] {
            if let due { next = next.map { min($0, due) } ?? due }
        }
        return next
    }

    /// Takes in a datagram.
    public func handle(_ datagram: Datagram, at now: Instant) {
        self.now = now
        transport.handle(datagram, at: now)
    }

    /// Does what was due by `now`.
    public func handleTimeout(at now: Instant) {
        guard !isClosed else { return }
        self.now = now
        transport.handleTimeout(at: now)
        sendDueReports(at: now)
    }

    /// The next thing to do, nil once there is none.
    ///
    /// Drain it after every call into the connection.
    public func poll() -> PeerOutput? {
        while let output = transport.poll() {
            switch output {
            case .transmit(let datagram): return .transmit(datagram)
            case .event(let event): receive(event)
            }
        }
        guard eventsHead < events.count else {
            events.removeAll(keepingCapacity: true)
            eventsHead = 0
            return nil
        }
        eventsHead += 1
        return .event(events[eventsHead - 1])
    }

    /// Says goodbye to the peer and stops everything.
    public func close(at now: Instant) {
        guard !isClosed else { return }
        self.now = now
        isClosed = true
        transport.close(at: now)
        updateState()
    }

    /// Counters since the connection was made.
    public var statistics: PeerStatistics {
        var statistics = counters
        statistics.roundTrip = roundTrip.smoothed
        statistics.inbound = inbound.streams.filter { !$0.isRepair }.map { stream in
            PeerStatistics.Inbound(
                mid: stream.layer.mid,
                rid: stream.layer.rid,
                ssrc: stream.ssrc,
                packets: stream.statistics.received,
                bytes: stream.bytes,
                lost: stream.statistics.lost,
                recovered: stream.recovered,
                duplicates: stream.duplicates,
                nacksSent: stream.nacksSent,
                jitter: Double(stream.statistics.jitter) / Double(stream.statistics.clockRate)
            )
        }
        for case let track? in outbound {
            statistics.outbound += track.streams.map { stream in
                PeerStatistics.Outbound(
                    sender: stream.sender,
                    rid: stream.rid,
                    ssrc: stream.ssrc,
                    packets: stream.packets,
                    bytes: stream.bytes,
                    retransmissions: stream.retransmissions,
                    unanswered: stream.unanswered
                )
            }
        }
        return statistics
    }

    /// Counters of the path: datagrams, refused packets.
    public var transportStatistics: TransportStatistics { transport.statistics }

    func updateState() {
        let current = currentState
        guard current != state else { return }
        state = current
        events.append(.connectionState(current))
    }

    private func receive(_ event: TransportEvent) {
        switch event {
        case .rtp(let bytes, let arrival): receiveRTP(bytes, at: arrival)
        case .rtcp(let bytes): receiveRTCP(bytes)
        case .iceStateChanged(let state):
            iceState = state
            updateState()
        case .dtlsConnected:
            isSecure = true
            updateState()
        case .dtlsFailed(let reason):
            handshakeFailure = reason
            updateState()
        case .selectedPair: break
        case .dataChannelOpened(let channel, let label, _): events.append(.dataChannelOpened(channel, label: label))
        case .dataChannelMessage(let channel, let bytes, let binary):
            events.append(.dataChannelMessage(channel, bytes, binary: binary))
        case .dataChannelClosed(let channel): events.append(.dataChannelClosed(channel))
        }
    }

    private var currentState: PeerConnectionState {
        if isClosed { return .closed }
        if handshakeFailure != nil { return .failed }
        switch iceState {
        case .closed: return .closed
        case .failed: return .failed
        case .disconnected: return .disconnected
        case .connected: return isSecure ? .connected : .connecting
        case .new, .checking: return appliedTransport == nil ? .new : .connecting
        }
    }
}
