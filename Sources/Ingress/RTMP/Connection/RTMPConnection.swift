internal import Logging
internal import MediaWire
internal import NIOCore

/// Carries out what ``StateMachine`` decides, on the event loop of one connection.
///
/// It reads only when the machine wants more and the peer takes what is written: one read at a time, of what one
/// datagram-sized buffer of NIO holds.
final class RTMPConnection: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let gate: any RTMPGate
    private let slot: ConnectionSlot
    private let isSecure: Bool
    private let logger: Logger
    private var machine: StateMachine
    private var publisher: RTMPPublisher?
    private var sink: (any InputSink)?
    /// The gate at work.
    private var admission: Task<Void, Never>?
    private var timer: (at: Instant, task: Scheduled<Void>)?
    private var isReading = false

    init(gate: any RTMPGate, slot: ConnectionSlot, limits: RTMPLimits, isSecure: Bool, logger: Logger) {
        self.gate = gate
        self.slot = slot
        self.isSecure = isSecure
        self.logger = logger
        machine = StateMachine(limits: limits, nonce: .random(in: .min ... .max), at: Self.now)
    }

    func handlerAdded(context: ChannelHandlerContext) {
        guard context.channel.isActive else { return }
        proceed([], context)
    }

    func channelActive(context: ChannelHandlerContext) {
        proceed([], context)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        isReading = false
        let buffer = unwrapInboundIn(data)
        proceed(machine.receive(Array(buffer.readableBytesView), at: Self.now), context)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        isReading = false
        proceed([], context)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        proceed([], context)
    }

    func channelInactive(context: ChannelHandlerContext) {
        proceed(machine.disconnected(), context)
        timer?.task.cancel()
        timer = nil
        admission?.cancel()
        logEnd()
        context.fireChannelInactive()
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        switch event as? RTMPPublisher.Command {
        case .refuse(let reason): proceed(machine.refused(reason, at: Self.now), context)
        case .hold(let isHeld):
            machine.hold(isHeld, at: Self.now)
            proceed([], context)
        case nil: context.fireUserInboundEventTriggered(event)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        logger.debug("an RTMP connection broke", metadata: ["error": "\(error)", "peer": "\(slot.address)"])
        context.close(promise: nil)
    }

    /// The monotonic clock.
    private static var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }
}

// MARK: - Actions

extension RTMPConnection {
    private func proceed(_ actions: [StateMachine.Action], _ context: ChannelHandlerContext) {
        if machine.isAdmitted { slot.admit() }
        for action in actions { perform(action, context) }
        schedule(context)
        guard machine.wantsBytes, !isReading, context.channel.isActive, context.channel.isWritable else { return }
        isReading = true
        context.read()
    }

    private func perform(_ action: StateMachine.Action, _ context: ChannelHandlerContext) {
        switch action {
        case .send(let bytes):
            // A write that fails closes the channel, which is heard of.
            context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(bytes: bytes)), promise: nil)
        case .admit(let publication): ask(publication, context)
        case .deliver(let event):
            if case .ended = event { publisher?.ended(machine.ending ?? .lost) }
            sink?.receive(event)
            if case .ended = event { (sink, publisher) = (nil, nil) }
        case .disconnect: context.close(promise: nil)
        }
    }

    private func ask(_ publication: RTMPPublication, _ context: ChannelHandlerContext) {
        let channel = context.channel
        let publisher = RTMPPublisher(publication, remoteAddress: slot.address, isSecure: isSecure) { command in
            channel.pipeline.fireUserInboundEventTriggered(command)
        }
        self.publisher = publisher
        logger.debug(
            "an RTMP publisher asks to be let in",
            metadata: ["peer": "\(slot.address)", "application": "\(publication.application)"]
        )
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let loop = context.eventLoop
        let gate = gate
        // A handler has no task of its own to be a child of; the connection's end cancels this one.
        admission = Task {
            let decision: Result<any InputSink, RTMPRefusal>
            do throws(RTMPRefusal) {
                decision = .success(try await gate.admit(publisher))
            } catch {
                decision = .failure(error)
            }
            loop.execute {
                let (connection, context) = bound.value
                connection.decided(decision, context)
            }
        }
    }

    private func decided(_ decision: Result<any InputSink, RTMPRefusal>, _ context: ChannelHandlerContext) {
        admission = nil
        switch decision {
        case .success(let sink):
            self.sink = sink
            proceed(machine.admitted(at: Self.now), context)
        case .failure(let reason): proceed(machine.refused(reason, at: Self.now), context)
        }
    }

    /// Sets the timer if it would come too late; one that comes too early is set again then.
    private func schedule(_ context: ChannelHandlerContext) {
        guard let deadline = machine.deadline, context.channel.isActive else { return }
        if let timer {
            guard deadline < timer.at else { return }
            timer.task.cancel()
        }
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        let time = NIODeadline.uptimeNanoseconds(UInt64(max(0, deadline.nanoseconds)))
        let task = context.eventLoop.scheduleTask(deadline: time) {
            let (connection, context) = bound.value
            connection.timer = nil
            connection.proceed(connection.machine.timerFired(at: Self.now), context)
        }
        timer = (deadline, task)
    }

    private func logEnd() {
        var metadata: Logger.Metadata = ["peer": "\(slot.address)"]
        if machine.malformedTags > 0 { metadata["malformedTags"] = "\(machine.malformedTags)" }
        switch machine.ending {
        case .finished: metadata["reason"] = "the publisher stopped"
        case .lost: metadata["reason"] = "the connection was closed"
        case .refused(let refusal): metadata["reason"] = "\(refusal)"
        case .failed(let error): metadata["reason"] = "\(error)"
        case nil: return
        }
        logger.debug("an RTMP connection ended", metadata: metadata)
    }
}
