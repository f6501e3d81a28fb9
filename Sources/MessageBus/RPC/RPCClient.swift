import LiveKitProtocol
public import Logging
import MediaWire
import SwiftProtobuf

/// Calls methods of one service.
///
/// `ClientExchange` decides what a call does; the client owns the channels and the timers. It hears its answers and
/// offers on two channels of its own, for all its calls.
public final class RPCClient: Sendable {
    /// The client's name on the bus, `CLI_…`.
    public let id: String
    /// The service whose methods it calls.
    public let service: String
    let bus: any Bus
    let calls = CallTable()
    private let logger: Logger
    private let listening = Listening()

    /// A client; `start` makes it ready to call.
    public init(bus: any Bus, service: String, logger: Logger) {
        self.bus = bus
        self.service = service
        self.logger = logger
        id = RPCID.client()
    }

    /// Begins to listen for answers; returns once the bus has confirmed that.
    public func start() async throws(BusError) {
        let answers = try await bus.subscribe(ChannelName.response(service: service, client: id)) { [weak self] in
            self?.heardAnswer($0)
        }
        do throws(BusError) {
            let offers = try await bus.subscribe(ChannelName.claim(service: service, client: id)) { [weak self] in
                self?.heardOffer($0)
            }
            listening.add([answers, offers])
        } catch {
            await answers.cancel()
            throw error
        }
    }

    /// Calls a method and waits for its answer.
    ///
    /// Errors are the server's, `noResponse` when nobody offered, `timedOut`, `canceled` with the caller's task, or
    /// `unavailable` when the bus could not carry the request.
    public func call<Request, Response>(
        _ method: RPCMethod<Request, Response>,
        topic: String = "",
        _ request: Request,
        options: CallOptions = .init()
    ) async throws(RPCError) -> Response {
        precondition(method.service == service && !method.isMulti, "\(method.name) is no such method of \(service)")
        guard let retry = options.retry else {
            return try await attempt(method, topic, request, options.selection, timeout: options.timeout)
        }
        for (index, timeout) in retry.timeouts.enumerated() {
            do throws(RPCError) {
                return try await attempt(method, topic, request, options.selection, timeout: timeout)
            } catch {
                let stretch = Double.random(in: 1..<2)
                guard let wait = retry.wait(afterAttempt: index + 1, failedWith: error, stretch: stretch) else {
                    throw error
                }
                logger.debug("call failed, trying again", metadata: ["method": "\(method.name)", "error": "\(error)"])
                if wait > .zero { try? await Task.sleep(for: wait) }
                if Task.isCancelled { throw .canceled }
            }
        }
        preconditionFailure("the last attempt returns or throws")
    }

    /// Asks every server of a method, and gives the answers that came within the timeout.
    ///
    /// How many servers there are is not known to anyone, so this always takes the whole timeout. Servers that answer
    /// with an error are left out.
    public func callAll<Request, Response>(
        _ method: RPCMethod<Request, Response>,
        topic: String = "",
        _ request: Request,
        timeout: Duration = .seconds(3)
    ) async throws(RPCError) -> [Response] {
        precondition(method.service == service && method.isMulti, "\(method.name) is no multi method of \(service)")
        let message = Internal_Request(request, client: id, timeout: timeout, isMulti: true)
        guard calls.collect(message.requestID) else { throw .canceled }
        defer { calls.endCollecting(message.requestID) }
        let end = Instant.now + timeout
        // A task of its own, because during an outage the bus would try for longer than the answers are waited for.
        let publication = Task { [bus] in
            try await bus.publish(Envelope.encode(message), to: method.requestChannel(topic))
        }
        let timer = Task {
            do { try await Task.sleep(for: timeout) } catch { return }
            publication.cancel()
        }
        defer { timer.cancel() }
        do {
            try await withTaskCancellationHandler {
                try await publication.value
            } onCancel: {
                publication.cancel()
            }
            try await Task.sleep(for: max(.zero, end - .now))
        } catch let error as BusError {
            throw Task.isCancelled ? .canceled : RPCError(error)
        } catch { throw .canceled }
        return calls.endCollecting(message.requestID).compactMap { try? decode($0) }
    }

    /// Stops listening; calls under way fail as canceled, and so does every later one.
    public func shutdown() async {
        for finish in calls.close() { finish() }
        for subscription in listening.takeAll() { await subscription.cancel() }
    }

    private func attempt<Request, Response>(
        _ method: RPCMethod<Request, Response>,
        _ topic: String,
        _ request: Request,
        _ selection: Selection?,
        timeout: Duration
    ) async throws(RPCError) -> Response {
        let message = Internal_Request(request, client: id, timeout: timeout, isMulti: false)
        let selection = method.needsClaim ? selection ?? method.defaultSelection : nil
        let exchange = ClientExchange(selection: selection, timeout: timeout, now: .now)
        let requestID = message.requestID
        let result = await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                begin(message, exchange, channels: (method.requestChannel(topic), method.claimAnswerChannel(topic))) {
                    continuation.resume(returning: $0)
                }
            }
        } onCancel: {
            advance(requestID) { $0.failed(.canceled) }
        }
        return try decode(result.get())
    }

    private func decode<Response: Message>(_ bytes: [UInt8]) throws(RPCError) -> Response {
        do { return try Response(serializedBytes: bytes) } catch {
            throw RPCError(.malformedResult, "the answer is no \(Response.protoMessageName)")
        }
    }

    private func heardAnswer(_ payload: [UInt8]) {
        guard let response = Envelope.decode(payload, as: Internal_Response.self) else {
            return logger.warning("not an answer", metadata: ["service": "\(service)", "bytes": "\(payload.count)"])
        }
        let result = response.result
        if calls.collected(result, from: response.serverID, for: response.requestID) { return }
        advance(response.requestID) { $0.answered(result) }
    }

    private func heardOffer(_ payload: [UInt8]) {
        guard let offer = Envelope.decode(payload, as: Internal_ClaimRequest.self) else {
            return logger.warning("not an offer", metadata: ["service": "\(service)", "bytes": "\(payload.count)"])
        }
        advance(offer.requestID) { $0.offered(by: offer.serverID, affinity: offer.affinity, now: .now) }
    }
}
