import NIOCore

/// One connection to Redis: commands go out as they are made, replies come back in the same order.
///
/// A reply that does not come in time ends the connection, because nothing behind it would be right any more. With
/// `onMessage` set it is a connection of subscriptions: published messages arrive between the replies.
final class RedisConnection: ChannelInboundHandler, @unchecked Sendable {  // its state is touched on its loop only
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer
    typealias Completion = (Result<RedisReply, BusError>) -> Void

    private struct Pending {
        let deadline: NIODeadline
        let completion: Completion
    }

    /// Bounds the commands that wait for their replies.
    static let maximumPending = 100_000

    let loop: any EventLoop
    let peer: String
    /// A message came: its channel and its payload.
    var onMessage: ((String, [UInt8]) -> Void)?
    private var onClose: ((BusError) -> Void)?
    private var closeReason: BusError?
    private var channel: (any Channel)?
    private var reader = RedisReader()
    private var pending = CircularBuffer<Pending>()
    private var timer: Scheduled<Void>?

    init(loop: any EventLoop, peer: String) {
        self.loop = loop
        self.peer = peer
    }

    /// Sends a command from anywhere; throws what Redis refuses it with.
    func send(_ arguments: [RedisArgument], timeout: Duration) async throws(BusError) -> RedisReply {
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            loop.execute { self.send(arguments, timeout: timeout) { continuation.resume(returning: $0) } }
        }
        return try result.get().checked()
    }

    private typealias Outcome = Result<RedisReply, BusError>

    /// Sends a command; on the loop.
    ///
    /// The completion is called on the loop, with an error reply as a reply.
    func send(_ arguments: [RedisArgument], timeout: Duration, completion: @escaping Completion) {
        loop.assertInEventLoop()
        if let fault = RedisCommand.fault(arguments) { return completion(.failure(fault)) }
        guard let channel, closeReason == nil else { return completion(.failure(closeReason ?? .notConnected)) }
        guard pending.count < Self.maximumPending else {
            return completion(.failure(BusError("\(pending.count) Redis commands wait for their answers already")))
        }
        var buffer = channel.allocator.buffer(capacity: 256)
        RedisCommand.write(arguments, into: &buffer)
        pending.append(Pending(deadline: .now() + TimeAmount(timeout), completion: completion))
        channel.writeAndFlush(buffer, promise: nil)
        setTimer()
    }

    /// Says whom to tell, once, that the connection is gone; at once if it is gone already.
    ///
    /// On the loop.
    func whenClosed(_ action: @escaping (BusError) -> Void) {
        loop.assertInEventLoop()
        if let closeReason { return action(closeReason) }
        onClose = action
    }

    /// Ends the connection from anywhere.
    func close(_ reason: BusError = .closed) {
        loop.execute { self.fail(reason) }
    }

    // MARK: - What the channel says

    func handlerAdded(context: ChannelHandlerContext) { channel = context.channel }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        do throws(BusError) {
            let buffer = unwrapInboundIn(data)
            // The closure cannot have a typed error of its own: it carries the result out.
            try buffer.withUnsafeReadableBytes { bytes in
                Result { () throws(BusError) in try reader.feed(bytes) }
            }.get()
            while closeReason == nil, let reply = try reader.next() { received(reply) }
        } catch { fail(error) }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail(BusError("connection to Redis at \(peer): \(describe(error))"))
    }

    func channelInactive(context: ChannelHandlerContext) {
        fail(BusError("Redis at \(peer) closed the connection"))
    }

    private func received(_ reply: RedisReply) {
        if let onMessage, case .array(let parts) = reply, parts.count == 3, parts[0].text == "message",
            let channel = parts[1].text, let payload = parts[2].bytes
        {
            return onMessage(channel, payload)
        }
        guard let oldest = pending.popFirst() else {
            // Such as a refusal of the connection itself: too many clients.
            let text = if case .error(let text) = reply { text } else { "a reply to nothing" }
            return fail(BusError("Redis at \(peer) says: \(text)"))
        }
        // A master that has become a replica: whoever connects anew asks where the master is now.
        if case .error(let text) = reply, text.hasPrefix("READONLY") {
            oldest.completion(.success(reply))
            return fail(BusError("Redis at \(peer) is no master any more"))
        }
        oldest.completion(.success(reply))
    }

    private func setTimer() {
        guard timer == nil, let oldest = pending.first else { return }
        timer = loop.scheduleTask(deadline: oldest.deadline) { [weak self] in self?.timeReached() }
    }

    private func timeReached() {
        timer = nil
        if let oldest = pending.first, oldest.deadline <= .now() {
            return fail(BusError("Redis at \(peer) does not answer"))
        }
        setTimer()
    }

    private func fail(_ reason: BusError) {
        guard closeReason == nil else { return }
        closeReason = reason
        timer?.cancel()
        channel?.close(promise: nil)
        channel = nil
        while let next = pending.popFirst() { next.completion(.failure(reason)) }
        onMessage = nil
        onClose?(reason)
        onClose = nil
    }
}

extension RedisReply {
    /// The reply itself, unless it is a refusal.
    func checked() throws(BusError) -> RedisReply {
        if case .error(let text) = self { throw BusError("Redis refuses: \(text)") }
        return self
    }
}

extension BusError {
    static let closed = BusError("the connection to Redis was closed")
    static let notConnected = BusError("there is no connection to Redis")
}
