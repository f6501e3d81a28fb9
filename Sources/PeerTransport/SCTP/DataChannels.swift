internal import MediaWire

/// The data channels of one peer (RFC 8831, RFC 8832) over its SCTP association, sans-IO.
///
/// Messages go through a queue of our own, because usrsctp takes a message whole or not at all: what it does not take
/// now is offered again after every packet and tick.
final class DataChannels {
    /// Bytes that may wait to be sent on all channels together; more is refused with `.bufferFull`.
    static let outboundLimit = 4 << 20
    /// Channels a peer may have open; LiveKit clients use five.
    static let channelLimit = 256

    enum Event: Equatable {
        case opened(DataChannelID, label: String, stream: UInt16)
        case message(DataChannelID, [UInt8], binary: Bool)
        case closed(DataChannelID)
    }

    private struct Outgoing {
        let stream: UInt16
        let payloadProtocol: UInt32
        let bytes: [UInt8]
        let unordered: Bool
        let maxRetransmits: UInt16?
    }

    /// The length of the longest message the peer accepts.
    var maximumMessageSize: Int
    private let localPort: UInt16
    private let remotePort: UInt16
    private var association: SCTPAssociation?
    private var isEstablished = false
    private var role: DTLSRole?
    private var channels: [DataChannelID: DataChannel] = [:]
    private var idByStream: [UInt16: DataChannelID] = [:]
    private var lastNumber: UInt32 = 0
    private var queue: [Outgoing] = []
    private var queueHead = 0
    private var queuedBytes = 0
    /// Streams of ours to reset once nothing queued needs them.
    private var resetsWanted: [UInt16] = []
    private var packets: [[UInt8]] = []
    private var events: [Event] = []

    init(localPort: UInt16, remotePort: UInt16, maximumMessageSize: Int) {
        self.localPort = localPort
        self.remotePort = remotePort
        self.maximumMessageSize = maximumMessageSize
    }

    var nextTimeout: Instant? { association?.nextTimeout }

    // MARK: - Driving

    /// Starts the association once DTLS can carry it.
    ///
    /// Which side the peer is decides who uses even stream numbers.
    func start(role: DTLSRole, at now: Instant) {
        guard association == nil else { return }
        self.role = role
        association = SCTPAssociation(localPort: localPort, remotePort: remotePort, at: now)
        collect(at: now)
    }

    func handle(_ packet: [UInt8], at now: Instant) {
        association?.handle(packet, at: now)
        collect(at: now)
    }

    func handleTimeout(at now: Instant) {
        guard let association, association.nextTimeout <= now else { return }
        association.handleTimeout(at: now)
        collect(at: now)
    }

    func takePackets() -> [[UInt8]] {
        defer { packets.removeAll() }
        return packets
    }

    func takeEvents() -> [Event] {
        defer { events.removeAll() }
        return events
    }

    /// Ends the association; `takePackets` then tells the peer.
    func close() {
        if let association { packets += association.close() }
        association = nil
        closeAll()
    }

    // MARK: - What the owner does

    /// Makes a channel; `.opened` follows once it can carry messages.
    func open(
        label: String,
        protocol subprotocol: String,
        ordered: Bool,
        maxRetransmits: UInt16?,
        negotiatedStream: UInt16?,
        at now: Instant
    ) -> DataChannelID {
        let channel = DataChannel(
            id: nextID(),
            label: label,
            subprotocol: subprotocol,
            ordered: ordered,
            maxRetransmits: maxRetransmits,
            isNegotiated: negotiatedStream != nil,
            stream: negotiatedStream,
            isAcknowledged: negotiatedStream != nil
        )
        channels[channel.id] = channel
        if let negotiatedStream { idByStream[negotiatedStream] = channel.id }
        if isEstablished { announce(channel.id) }
        collect(at: now)
        return channel.id
    }

    /// Queues a message.
    func send(
        _ message: [UInt8],
        binary: Bool,
        on id: DataChannelID,
        at now: Instant
    ) throws(DataChannelError) {
        guard let channel = channels[id], channel.state != .closing else { throw .closed }
        guard channel.state == .open, let stream = channel.stream else { throw .notOpen }
        guard message.count <= maximumMessageSize else {
            throw .messageTooLarge(size: message.count, limit: maximumMessageSize)
        }
        guard queuedBytes + message.count <= Self.outboundLimit else { throw .bufferFull }
        // SCTP has no empty messages: a byte stands for them (RFC 8831 §6.6).
        let payloadProtocol: UInt32 =
            if message.isEmpty {
                binary ? DataChannelPayload.emptyBinary : DataChannelPayload.emptyString
            } else {
                binary ? DataChannelPayload.binary : DataChannelPayload.string
            }
        enqueue(
            Outgoing(
                stream: stream,
                payloadProtocol: payloadProtocol,
                bytes: message.isEmpty ? [0] : message,
                unordered: !channel.ordered && channel.isAcknowledged,
                maxRetransmits: channel.maxRetransmits
            )
        )
        collect(at: now)
    }

    /// Ends a channel after what is queued on it; `.closed` follows when the peer has done the same.
    func close(_ id: DataChannelID, at now: Instant) {
        guard let channel = channels[id], channel.state != .closing else { return }
        guard channel.state == .open, let stream = channel.stream else {
            remove(id)
            return
        }
        channels[id]?.state = .closing
        resetsWanted.append(stream)
        collect(at: now)
    }

    // MARK: - Channels

    private func nextID() -> DataChannelID {
        lastNumber += 1
        return DataChannelID(number: lastNumber)
    }

    /// The lowest free stream of our parity: even for the DTLS client (RFC 8832 §6).
    private func freeStream() -> UInt16? {
        let first: UInt16 = role == .client ? 0 : 1
        return stride(from: first, to: SCTPAssociation.streamCount, by: 2).first { idByStream[$0] == nil }
    }

    /// Opens a channel now that there is an association.
    private func announce(_ id: DataChannelID) {
        guard var channel = channels[id] else { return }
        guard let stream = channel.stream ?? freeStream(), stream < SCTPAssociation.streamCount else {
            remove(id)
            return
        }
        channel.stream = stream
        channel.state = .open
        channels[id] = channel
        idByStream[stream] = id
        if !channel.isNegotiated {
            let open = DCEP.open(
                label: channel.label,
                protocol: channel.subprotocol,
                ordered: channel.ordered,
                maxRetransmits: channel.maxRetransmits
            )
            enqueueControl(open, on: stream)
        }
        events.append(.opened(id, label: channel.label, stream: stream))
    }

    private func remove(_ id: DataChannelID) {
        guard let channel = channels.removeValue(forKey: id) else { return }
        if let stream = channel.stream { idByStream[stream] = nil }
        events.append(.closed(id))
    }

    private func closeAll() {
        isEstablished = false
        queue.removeAll()
        queueHead = 0
        queuedBytes = 0
        resetsWanted.removeAll()
        for id in channels.keys.sorted(by: { $0.number < $1.number }) { remove(id) }
    }

    // MARK: - The association's output

    private func collect(at now: Instant) {
        guard association != nil else { return }
        // Sending can produce events and events can produce messages; both come to an end, since each event is of
        // a packet that has arrived.
        while let association {
            flush(at: now)
            let output = association.takeOutput(at: now)
            packets += output.packets
            if output.events.isEmpty { return }
            for event in output.events { handle(event) }
        }
    }

    private func handle(_ event: SCTPEvent) {
        switch event {
        case .established:
            guard !isEstablished else { return }
            isEstablished = true
            for id in channels.keys.sorted(by: { $0.number < $1.number }) { announce(id) }
        case .closed:
            association = nil
            closeAll()
        case .message(let stream, let payloadProtocol, let bytes):
            handle(message: bytes, stream: stream, payloadProtocol: payloadProtocol)
        case .messageTooLong(let stream):
            guard let id = idByStream[stream], channels[id]?.state == .open else { return }
            channels[id]?.state = .closing
            resetsWanted.append(stream)
        case .incomingReset(let streams):
            for stream in streams.isEmpty ? Array(idByStream.keys) : streams { handleReset(of: stream) }
        case .outgoingReset: break  // the peer's own reset, which must follow, ends the channel
        }
    }

    private func handleReset(of stream: UInt16) {
        guard let id = idByStream[stream] else { return }
        if channels[id]?.state == .open { resetsWanted.append(stream) }
        remove(id)
    }

    private func handle(message: [UInt8], stream: UInt16, payloadProtocol: UInt32) {
        if payloadProtocol == DataChannelPayload.control {
            handleControl(message, stream: stream)
            return
        }
        guard let id = idByStream[stream], channels[id]?.state == .open else { return }
        // A peer that sends has seen our DATA_CHANNEL_OPEN.
        channels[id]?.isAcknowledged = true
        switch payloadProtocol {
        case DataChannelPayload.string: events.append(.message(id, message, binary: false))
        case DataChannelPayload.binary: events.append(.message(id, message, binary: true))
        case DataChannelPayload.emptyString: events.append(.message(id, [], binary: false))
        case DataChannelPayload.emptyBinary: events.append(.message(id, [], binary: true))
        default: break
        }
    }

    private func handleControl(_ message: [UInt8], stream: UInt16) {
        switch DCEP(parsing: message) {
        case nil: return
        case .acknowledge:
            guard let id = idByStream[stream] else { return }
            channels[id]?.isAcknowledged = true
        case .open(let label, let subprotocol, let ordered, let maxRetransmits):
            // A stream in use is a negotiated channel the peer opens needlessly, or a mistake of the peer's.
            guard idByStream[stream] == nil, stream < SCTPAssociation.streamCount else { return }
            guard channels.count < Self.channelLimit else {
                resetsWanted.append(stream)
                return
            }
            var channel = DataChannel(
                id: nextID(),
                label: label,
                subprotocol: subprotocol,
                ordered: ordered,
                maxRetransmits: maxRetransmits,
                isNegotiated: false,
                stream: stream,
                isAcknowledged: true
            )
            channel.state = .open
            channels[channel.id] = channel
            idByStream[stream] = channel.id
            enqueueControl(.acknowledge, on: stream)
            events.append(.opened(channel.id, label: label, stream: stream))
        }
    }

    // MARK: - Sending

    private func enqueueControl(_ message: DCEP, on stream: UInt16) {
        enqueue(
            Outgoing(
                stream: stream,
                payloadProtocol: DataChannelPayload.control,
                bytes: message.serialized(),
                unordered: false,
                maxRetransmits: nil
            )
        )
    }

    private func enqueue(_ message: Outgoing) {
        queue.append(message)
        queuedBytes += message.bytes.count
    }

    private func flush(at now: Instant) {
        guard isEstablished, let association else { return }
        while queueHead < queue.count {
            let next = queue[queueHead]
            let wasTaken = association.send(
                next.bytes,
                stream: next.stream,
                payloadProtocol: next.payloadProtocol,
                unordered: next.unordered,
                maxRetransmits: next.maxRetransmits,
                at: now
            )
            guard wasTaken else { break }
            queueHead += 1
            queuedBytes -= next.bytes.count
        }
        if queueHead == queue.count || queueHead > 256 {
            queue.removeFirst(queueHead)
            queueHead = 0
        }
        guard !resetsWanted.isEmpty else { return }
        let busy = Set(queue[queueHead...].map(\.stream))
        resetsWanted.removeAll { !busy.contains($0) && association.resetOutgoing(stream: $0, at: now) }
    }
}
