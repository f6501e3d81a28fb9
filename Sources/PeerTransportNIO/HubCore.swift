internal import MediaWire
internal import NIOCore
internal import PeerTransport

/// The state of a hub, which lives on its event loop.
///
/// **A turn.** Packets of one burst are handed to their peers, which are noted as dirty. At the end of the burst, and
/// after timers and calls of owners, one pass drains all dirty peers: packets are sent, events told. What owners do
/// upon events makes other peers dirty (a packet of one publisher, thirty subscribers), and the same pass goes on to
/// them. Datagrams go out as they come (`UDPSender`), TCP connections are flushed at the end.
///
/// **Timers.** One scheduled task stands for the earliest deadline of all peers, kept in a heap. A deadline that moves
/// leaves its former entry in the heap; it is recognised when it comes up, and the heap is rebuilt when it is mostly
/// such entries.
///
/// **Rhythm.** A hub with a rhythm reads its socket and rings at its beats only (`Rhythm`), while it has peers.
final class HubCore {
    let loop: any EventLoop
    /// What sends on the UDP socket, while it is bound.
    var udp: UDPSender?
    /// What reads the UDP socket at the beats of the rhythm; nil: NIO reads it.
    var gathering: UDPReceiver?
    /// Its address.
    var udpAddress = TransportAddress(ip: .v4(0), port: 0)
    /// Established ICE-TCP connections by the peer's address.
    var connections: [TransportAddress: any Channel] = [:]
    var statistics = PeerHubStatistics()
    /// Nil: everything is done as soon as it can be.
    let rhythm: Rhythm?
    private var attachments: [Int: Attachment] = [:]
    private var lastNumber = 0
    private var table = RoutingTable()
    private var dirty: [Attachment] = []
    private var isDraining = false
    private var isPassScheduled = false
    private var isRetryScheduled = false
    private var isBeating = false
    private var written: [any Channel] = []
    private var deadlines = DeadlineHeap()
    private var alarm: (task: Scheduled<Void>, deadline: Instant)?

    init(loop: any EventLoop, readInterval: Duration?) {
        self.loop = loop
        rhythm = readInterval.map { Rhythm(interval: $0, startedAt: HubCore.now) }
    }

    var now: Instant { Self.now }

    private static var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

    // MARK: - Peers

    func attach<Peer: DrivenPeer>(_ peer: Peer, onEvent: @escaping (Peer.Event) -> Void) -> Attachment {
        lastNumber += 1
        let attachment = AttachmentOf(peer, number: lastNumber, onEvent: onEvent)
        attachments[lastNumber] = attachment
        table.update(attachment)
        mark(attachment)
        if rhythm != nil, !isBeating { scheduleBeat() }
        return attachment
    }

    /// Sends what the peer has left to say, and forgets it.
    func detach(_ attachment: Attachment) {
        guard attachments.removeValue(forKey: attachment.number) != nil else { return }
        attachment.silence()
        attachment.drain { self.transmit($0, of: attachment) }
        table.remove(attachment)
        if !isDraining { flush() }
    }

    func detachAll() {
        for attachment in Array(attachments.values) { detach(attachment) }
        alarm?.task.cancel()
        alarm = nil
    }

    /// Has the peer drained in this pass, or in one soon.
    func mark(_ attachment: Attachment) {
        note(attachment)
        guard !isDraining, !isPassScheduled else { return }
        isPassScheduled = true
        loop.assumeIsolated().execute {
            self.isPassScheduled = false
            self.drain()
        }
    }

    private func note(_ attachment: Attachment) {
        guard !attachment.isDirty else { return }
        attachment.isDirty = true
        dirty.append(attachment)
    }

    // MARK: - Packets

    /// Hands a packet to the peer it is for; false if there is none.
    @discardableResult
    func receive(
        _ bytes: [UInt8],
        from remote: TransportAddress,
        to local: TransportAddress,
        over transport: TransportProtocol,
        at arrival: Instant? = nil
    ) -> Bool {
        statistics.received += 1
        let route = Route(remote: remote, transport: transport)
        guard let first = bytes.first, let attachment = table.find(bytes, from: route) else {
            statistics.unrecognised += 1
            return false
        }
        attachment.handle(
            Datagram(local: local, remote: remote, transport: transport, bytes: bytes),
            at: arrival ?? now
        )
        if first < 4 { table.learn(route, of: attachment) }
        note(attachment)
        return true
    }

    func forget(_ connection: TransportAddress) {
        connections[connection] = nil
        table.forget(Route(remote: connection, transport: .tcp))
    }

    private func transmit(_ datagram: Datagram, of attachment: Attachment) {
        table.noteRequest(datagram.bytes, of: attachment)
        switch datagram.transport {
        case .udp: transmitUDP(datagram, of: attachment)
        case .tcp: transmitTCP(datagram)
        }
    }

    private func transmitUDP(_ datagram: Datagram, of attachment: Attachment) {
        // An IPv4 socket cannot reach IPv6.
        guard let udp, datagram.remote.ip.isV4 || !udpAddress.ip.isV4 else {
            statistics.refusedBySystem += 1
            return
        }
        let name: SocketName
        if let last = attachment.lastRemote, last.address == datagram.remote {
            name = last.name
        } else {
            name = SocketName(datagram.remote, forV6Socket: !udpAddress.ip.isV4)
            attachment.lastRemote = (datagram.remote, name)
        }
        switch udp.send(datagram.bytes, to: name) {
        case .taken: statistics.sent += 1
        case .full: statistics.droppedForBackpressure += 1
        case .refused: statistics.refusedBySystem += 1
        }
        if udp.isWaiting { scheduleRetry() }
    }

    /// Tries again soon what the system had no room for.
    private func scheduleRetry() {
        guard !isRetryScheduled else { return }
        isRetryScheduled = true
        loop.assumeIsolated().scheduleTask(in: .milliseconds(1)) {
            self.isRetryScheduled = false
            guard let udp = self.udp else { return }
            udp.retry()
            if udp.isWaiting { self.scheduleRetry() }
        }
    }

    private func transmitTCP(_ datagram: Datagram) {
        guard let connection = connections[datagram.remote], let length = UInt16(exactly: datagram.bytes.count) else {
            statistics.droppedWithoutConnection += 1
            return
        }
        guard connection.isWritable else {
            statistics.droppedForBackpressure += 1
            return
        }
        var buffer = connection.allocator.buffer(capacity: 2 + datagram.bytes.count)
        buffer.writeInteger(length)
        buffer.writeBytes(datagram.bytes)
        connection.write(buffer, promise: nil)
        noteWritten(connection)
    }

    private func noteWritten(_ channel: any Channel) {
        statistics.sent += 1
        if !written.contains(where: { $0 === channel }) { written.append(channel) }
    }

    private func flush() {
        for channel in written { channel.flush() }
        written.removeAll(keepingCapacity: true)
    }

    // MARK: - The pass

    /// Drains every dirty peer, also those that become so meanwhile.
    func drain() {
        guard !isDraining else { return }
        isDraining = true
        var index = 0
        while index < dirty.count {
            let attachment = dirty[index]
            index += 1
            attachment.isDirty = false
            guard attachments[attachment.number] != nil else { continue }
            attachment.drain { self.transmit($0, of: attachment) }
            table.update(attachment)
            noteDeadline(of: attachment)
        }
        dirty.removeAll(keepingCapacity: true)
        isDraining = false
        flush()
        setAlarm()
    }

    // MARK: - The rhythm

    private func scheduleBeat() {
        guard let rhythm, !attachments.isEmpty else {
            isBeating = false
            return
        }
        isBeating = true
        loop.assumeIsolated().scheduleTask(deadline: NIODeadline(rhythm.beat(after: now))) { self.beat() }
    }

    private func beat() {
        scheduleBeat()
        read()
    }

    private func read() {
        guard let gathering else { return }
        let now = now
        let isEmpty = gathering.read(limit: Self.batch, now: now) { datagram in
            let first = datagram.bytes.first ?? 0
            // Media is told when it came; what has timers of its own must not see time go back.
            let time = (128...191).contains(first) ? datagram.time : now
            receive(datagram.bytes, from: datagram.remote, to: udpAddress, over: .udp, at: time)
        }
        drain()
        // The rest after what else waits for the loop.
        if !isEmpty { loop.assumeIsolated().execute { self.read() } }
    }

    /// How many datagrams are read before their peers act.
    private static let batch = 256

    // MARK: - Timers

    private func noteDeadline(of attachment: Attachment) {
        let deadline = attachment.nextTimeout
        guard deadline != attachment.deadline else { return }
        attachment.deadline = deadline
        if let deadline { deadlines.insert(deadline, owner: attachment.number) }
        guard deadlines.count > 64 + 8 * attachments.count else { return }
        deadlines.removeAll()
        for attachment in attachments.values {
            if let deadline = attachment.deadline { deadlines.insert(deadline, owner: attachment.number) }
        }
    }

    /// The attachment of the earliest deadline that still holds.
    private func earliest() -> (attachment: Attachment, deadline: Instant)? {
        while let entry = deadlines.earliest {
            if let attachment = attachments[entry.owner], attachment.deadline == entry.deadline {
                return (attachment, entry.deadline)
            }
            deadlines.removeEarliest()
        }
        return nil
    }

    private func setAlarm() {
        guard let (_, earliest) = earliest() else { return }
        let deadline = rhythm?.beat(from: earliest) ?? earliest
        // One that rings early finds nothing to do, and is set anew: cheaper than cancelling at each packet.
        if let alarm, alarm.deadline <= deadline { return }
        alarm?.task.cancel()
        let task = loop.assumeIsolated().scheduleTask(deadline: NIODeadline(deadline)) { self.ring() }
        alarm = (task, deadline)
    }

    private func ring() {
        alarm = nil
        let now = now
        while let (attachment, deadline) = earliest(), deadline <= now {
            deadlines.removeEarliest()
            attachment.deadline = nil
            attachment.handleTimeout(at: now)
            note(attachment)
        }
        drain()
    }
}

extension NIODeadline {
    /// An instant of the hub's clock, which is NIO's.
    init(_ instant: Instant) { self = .uptimeNanoseconds(UInt64(max(0, instant.nanoseconds))) }
}
