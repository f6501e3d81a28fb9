import LiveKitProtocol
import MediaWire

extension RPCClient {
    /// Starts a call: registers it, sends its request, sets its timer.
    func begin(
        _ message: Internal_Request,
        _ exchange: ClientExchange,
        channels: (request: String, claimAnswer: String),
        completion: @escaping @Sendable (Result<[UInt8], RPCError>) -> Void
    ) {
        let id = message.requestID
        let call = Call(exchange: exchange, claimAnswerChannel: channels.claimAnswer, completion: completion)
        guard calls.add(call, id: id) else { return completion(.failure(.canceled)) }
        send(Envelope.encode(message), to: channels.request, for: id) { $0.sent(now: .now) }
        // The task may have been cancelled before the call could be found. This also sets the first timer.
        let isCancelled = Task.isCancelled
        advance(id) { isCancelled ? $0.failed(.canceled) : .wait }
    }

    /// Gives a call an event, and does what it then wants.
    func advance(_ id: String, _ event: (inout ClientExchange) -> ClientExchange.Action) {
        guard let step = calls.advance(id, event) else { return }
        switch step.action {
        case .wait: break
        case .choose(let server):
            var answer = Internal_ClaimResponse()
            answer.requestID = id
            answer.serverID = server
            send(Envelope.encode(answer), to: step.claimAnswerChannel, for: id) { _ in .wait }
        case .finish(let result): return step.completion(result)
        }
        if let timer = step.timer { setTimer(timer, for: id) }
    }

    /// Publishes for a call, which fails if that does, and which takes a publication back that it no longer needs.
    private func send(
        _ payload: [UInt8],
        to channel: String,
        for id: String,
        then event: @escaping @Sendable (inout ClientExchange) -> ClientExchange.Action
    ) {
        // Not structured: bus callbacks, which are not async, start this. The call owns the task and cancels it.
        let task = Task { [bus] in
            do throws(BusError) {
                try await bus.publish(payload, to: channel)
                advance(id, event)
            } catch {
                advance(id) { $0.failed(RPCError(error)) }
            }
        }
        calls.attach(task, to: id)
    }

    private func setTimer(_ deadline: Instant, for id: String) {
        // Not structured, as above. At its end it is as late as was asked for, whatever the clocks' grain.
        let task = Task { [weak self] in
            do { try await Task.sleep(for: max(.zero, deadline - .now)) } catch { return }
            self?.advance(id) { $0.timeReached(max(.now, deadline)) }
        }
        calls.setTimer(task, at: deadline, for: id)
    }
}

extension RPCError {
    /// A call that the bus could not carry.
    init(_ error: BusError) { self.init(.unavailable, error.message) }
}
