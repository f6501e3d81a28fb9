internal import MediaWire

extension RTMPConnection {
    /// The life of one publisher's connection.
    ///
    ///     handshaking ──C2──▶ connecting ──connect──▶ ready ──publish──▶ admitting ──admitted──▶ publishing
    ///          │                  │                     │                    │                       │
    ///          └───── not RTMP, too slow, too much ─────┴────────▶ closed    └──refused──▶ lingering ◀─┘ deleteStream, refused
    ///                                                                                         │
    ///                                                                            time, peer ──┴──▶ closed
    ///
    /// Bytes and the time go in, what is to be done comes out. One publication a connection: who stops and wants to
    /// publish again connects again, as all encoders do. `deliver(.ended)` comes exactly once if `admitted` was called,
    /// whenever that was, and never otherwise.
    struct StateMachine: ~Copyable {
        /// What is to be done, in this order.
        enum Action: Hashable {
            case send([UInt8])
            /// Ask the gate.
            case admit(RTMPPublication)
            /// Tell the sink.
            case deliver(InputEvent)
            /// Close the connection at once.
            case disconnect
        }

        enum State {
            /// → connecting, closed
            case handshaking(RTMPHandshake)
            /// The first command has to be connect. → ready, lingering, closed
            case connecting
            /// → admitting, lingering, closed
            case ready(application: String)
            /// What comes in meanwhile is held, by and by without reading more. → publishing, lingering, closed
            case admitting(since: Instant, bytesBefore: UInt64)
            /// → lingering, closed
            case publishing
            /// Nothing that comes is heard; the peer may read its answer until then. → closed
            case lingering(until: Instant)
            /// Nothing follows.
            case closed
        }

        let limits: RTMPLimits
        var state: State
        /// Why it is over, once it is.
        var ending: RTMPEnding?
        /// Whether the publisher said `FCUnpublish` and has sent nothing since.
        ///
        /// librtmp and ffmpeg say so before `deleteStream`, which may be lost with the connection: they close at once, and an
        /// answer to somebody who has closed resets the connection with what was not read of it.
        var hasSaidGoodbye = false
        /// The message stream that is published on.
        var stream: UInt32 = 0
        var createdStreams = 0
        /// Tags of sound and pictures that were passed over as malformed.
        var malformedTags = 0
        /// Whether the sink wants no more for now.
        private(set) var isHeld = false
        /// All bytes that came.
        private(set) var received: UInt64 = 0

        private let startedAt: Instant
        private var lastHeardAt: Instant
        private var isPinged = false
        private var actions: [Action] = []
        private var heldEvents: [InputEvent] = []
        private var input = ByteQueue()
        private var chunks: ChunkReader
        private var writer = ChunkWriter()
        var demuxer = FLVDemuxer()
        private var budget: MessageBudget
        private var acknowledgement = AcknowledgementCounter()

        /// A connection that was just made; `nonce` only has to differ between connections.
        init(limits: RTMPLimits = RTMPLimits(), nonce: UInt64, at now: Instant) {
            self.limits = limits
            state = .handshaking(RTMPHandshake(nonce: nonce))
            startedAt = now
            lastHeardAt = now
            chunks = ChunkReader(limits: limits.chunks)
            budget = MessageBudget(at: now)
        }
    }
}

// MARK: - Events

extension RTMPConnection.StateMachine {
    /// Whether more should be read.
    var wantsBytes: Bool {
        switch state {
        case .handshaking, .connecting, .ready, .lingering: true
        case .admitting(_, let before): received - before < UInt64(limits.bytesBeforeAdmission)
        case .publishing: !isHeld
        case .closed: false
        }
    }

    /// Whether nobody has let this client in.
    var isAdmitted: Bool {
        if case .publishing = state { true } else { false }
    }

    /// When `timerFired` has something to do; may be earlier than it turns out to be, never later.
    var deadline: Instant? {
        switch state {
        case .handshaking, .connecting, .ready: startedAt + limits.publishTime
        case .admitting(let since, _): since + limits.admissionTime
        case .publishing: isHeld ? nil : lastHeardAt + (isPinged ? limits.idleTime : limits.pingTime)
        case .lingering(let end): end
        case .closed: nil
        }
    }

    /// Bytes came.
    mutating func receive(_ bytes: [UInt8], at now: Instant) -> [Action] {
        guard isListening else { return [] }
        received += UInt64(bytes.count)
        lastHeardAt = now
        isPinged = false
        do throws(RTMPError) {
            try take(bytes, at: now)
            if isBeforePublish, received > limits.bytesBeforePublish {
                throw .tooManyBytes(limit: limits.bytesBeforePublish)
            }
            if isListening, let sequence = acknowledgement.due(received) {
                send(ProtocolControl.message(.acknowledgement, sequence))
            }
        } catch {
            fail(error)
        }
        return flush()
    }

    /// The gate lets the publisher in.
    mutating func admitted(at now: Instant) -> [Action] {
        switch state {
        case .admitting:
            state = .publishing
            lastHeardAt = now
            send(ProtocolControl.userEvent(.streamBegin, stream))
            send(RTMPAnswer.status(stream, "status", "NetStream.Publish.Start", "Publishing has started."))
            for event in heldEvents { actions.append(.deliver(event)) }
            heldEvents = []
        case .lingering, .closed: actions.append(.deliver(.ended))
        case .handshaking, .connecting, .ready, .publishing:
            preconditionFailure("a publisher was admitted in state \(state)")
        }
        return flush()
    }

    /// The gate, or whoever is responsible, does not want this client, or not any more.
    mutating func refused(_ reason: RTMPRefusal, at now: Instant) -> [Action] {
        refuse(reason, at: now)
        return flush()
    }

    /// The sink wants nothing for a while, or wants more.
    mutating func hold(_ isHeld: Bool, at now: Instant) {
        self.isHeld = isHeld
        lastHeardAt = now
        isPinged = false
    }

    /// The deadline has come.
    mutating func timerFired(at now: Instant) -> [Action] {
        guard let deadline, now >= deadline else { return [] }
        switch state {
        case .handshaking, .connecting, .ready:
            fail(.tooSlow(seconds: Int(limits.publishTime.components.seconds)))
        case .admitting: refuse(.unavailable, at: now)
        case .publishing where isPinged: fail(.idle(seconds: Int(limits.idleTime.components.seconds)))
        case .publishing:
            isPinged = true
            send(ProtocolControl.userEvent(.pingRequest, UInt32(truncatingIfNeeded: milliseconds(at: now))))
        case .lingering:
            state = .closed
            actions.append(.disconnect)
        case .closed: break
        }
        return flush()
    }

    /// The connection is closed.
    mutating func disconnected() -> [Action] {
        end(hasSaidGoodbye ? .finished : .lost)
        state = .closed
        return flush()
    }
}

// MARK: - What the other files of it use

extension RTMPConnection.StateMachine {
    /// Whether what comes is heard.
    var isListening: Bool {
        switch state {
        case .handshaking, .connecting, .ready, .admitting, .publishing: true
        case .lingering, .closed: false
        }
    }

    private var isBeforePublish: Bool {
        switch state {
        case .handshaking, .connecting, .ready: true
        case .admitting, .publishing, .lingering, .closed: false
        }
    }

    /// Asks the gate; what comes from here on is held.
    mutating func ask(_ publication: RTMPPublication, on stream: UInt32, at now: Instant) {
        self.stream = stream
        state = .admitting(since: now, bytesBefore: received)
        actions.append(.admit(publication))
    }

    /// Sends a message.
    mutating func send(_ message: RTMPMessage) {
        let bytes = writer.bytes(of: message)
        if case .send(let before) = actions.last {
            actions[actions.count - 1] = .send(before + bytes)
        } else {
            actions.append(.send(bytes))
        }
    }

    /// Sets the size of our chunks, telling the peer.
    mutating func announceChunkSize(_ size: Int) {
        send(ProtocolControl.message(.setChunkSize, UInt32(size)))
        writer.chunkSize = size
    }

    /// The peer wants to be told each time that many bytes have come.
    mutating func acknowledge(every window: UInt32) {
        acknowledgement.window = window
    }

    /// Delivers, or holds while the gate decides.
    mutating func deliver(_ events: [InputEvent]) {
        if !events.isEmpty { hasSaidGoodbye = false }
        switch state {
        case .admitting: heldEvents += events
        case .publishing: actions += events.map { .deliver($0) }
        case .handshaking, .connecting, .ready, .lingering, .closed: break
        }
    }

    /// The publisher is done.
    mutating func finish(at now: Instant) {
        send(RTMPAnswer.status(stream, "status", "NetStream.Unpublish.Success", "Publishing has stopped."))
        end(.finished)
        state = .lingering(until: now + limits.lingerTime)
    }

    /// Says why, and hears no more.
    mutating func refuse(_ reason: RTMPRefusal, at now: Instant) {
        switch state {
        case .handshaking, .connecting:
            end(.refused(reason))
            state = .closed
            actions.append(.disconnect)
        case .ready, .admitting, .publishing:
            send(RTMPAnswer.status(stream, "error", reason.code, reason.description))
            end(.refused(reason))
            state = .lingering(until: now + limits.lingerTime)
        case .lingering, .closed: break
        }
    }

    private mutating func fail(_ error: RTMPError) {
        end(.failed(error))
        state = .closed
        actions.append(.disconnect)
    }

    /// The sink hears of the end if it heard of the beginning; the first reason stays.
    private mutating func end(_ ending: RTMPEnding) {
        if case .publishing = state { actions.append(.deliver(.ended)) }
        heldEvents = []
        self.ending = self.ending ?? ending
    }

    private mutating func flush() -> [Action] {
        defer { actions = [] }
        return actions
    }

    private func milliseconds(at now: Instant) -> Int64 { (now - startedAt).nanoseconds / 1_000_000 }

    private mutating func take(_ bytes: [UInt8], at now: Instant) throws(RTMPError) {
        if case .handshaking(let handshake) = state {
            input.append(bytes)
            try shakeHands(handshake)
            guard case .connecting = state else { return }
            chunks.receive(Array(input.take(input.count)))
        } else {
            chunks.receive(bytes)
        }
        while isListening, let message = try chunks.next() {
            if !message.type.isMedia, !budget.spend(at: now) { throw .tooManyMessages }
            try handle(message, at: now)
        }
    }

    private mutating func shakeHands(_ handshake: RTMPHandshake) throws(RTMPError) {
        var handshake = handshake
        while true {
            switch try handshake.advance(&input) {
            case .none:
                state = .handshaking(handshake)
                return
            case .answer(let bytes): actions.append(.send(bytes))
            case .finished:
                state = .connecting
                return
            }
        }
    }
}
