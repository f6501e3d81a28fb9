import LiveKitProtocol
import Logging
import MediaWire
import SwiftProtobuf
import Synchronization

/// Serves one method: a task per request, which offers, waits to be chosen, runs the handler and answers.
final class MethodServer<Request: Message & Sendable, Response: Message & Sendable>: Sendable {
    private struct State {
        var exchanges = ServerExchanges()
        /// Tasks that wait to learn whether their offer was chosen.
        var undecided: [String: CheckedContinuation<Bool, Never>] = [:]
        var idleWaiters: [CheckedContinuation<Void, Never>] = []
    }

    private let method: RPCMethod<Request, Response>
    private let bus: any Bus
    private let serverID: String
    private let affinity: (@Sendable (Request) -> Float)?
    private let handler: @Sendable (Request) async throws(RPCError) -> Response
    private let logger: Logger
    private let state = Mutex(State())

    init(
        _ method: RPCMethod<Request, Response>,
        bus: any Bus,
        serverID: String,
        affinity: (@Sendable (Request) -> Float)?,
        handler: @escaping @Sendable (Request) async throws(RPCError) -> Response,
        logger: Logger
    ) {
        self.method = method
        self.bus = bus
        self.serverID = serverID
        self.affinity = affinity
        self.handler = handler
        self.logger = logger
    }

    /// A payload on the request channel.
    func heardRequest(_ payload: [UInt8]) {
        guard let request = Envelope.decode(payload, as: Internal_Request.self) else {
            return logger.warning("not a request", metadata: ["bytes": "\(payload.count)"])
        }
        let now = Instant.now
        let expiry = UnixTime.instant(of: request.expiry, unixNow: UnixTime.now, now: now)
        switch state.withLock({ $0.exchanges.heard(request.requestID, expiry: expiry, now: now) }) {
        case .handle:
            // Not structured: the bus's callback starts it. `idle` waits for it through the exchanges.
            Task { await handle(request, payload, expiry) }
        case .expired:
            logger.warning(
                "request had expired when it came; are the clocks of these machines in step?",
                metadata: ["request": "\(request.requestID)", "late": "\(now - expiry)"]
            )
        case .duplicate: logger.debug("request came twice", metadata: ["request": "\(request.requestID)"])
        case .overloaded: logger.error("too many requests under way", metadata: ["request": "\(request.requestID)"])
        }
    }

    /// A payload on the channel of choices.
    func heardChoice(_ payload: [UInt8]) {
        guard let choice = Envelope.decode(payload, as: Internal_ClaimResponse.self) else {
            return logger.warning("not a choice", metadata: ["bytes": "\(payload.count)"])
        }
        let isMine = choice.serverID == serverID
        let id = choice.requestID
        state.withLock { state in
            let runs = state.exchanges.chosen(id, isMine: isMine, now: .now)
            guard state.exchanges.isMine(id) != nil else { return }
            state.undecided.removeValue(forKey: id)?.resume(returning: runs)
        }
    }

    /// Returns once no request is under way.
    func idle() async {
        await withCheckedContinuation { continuation in
            let isIdle = state.withLock { state in
                if !state.exchanges.isIdle { state.idleWaiters.append(continuation) }
                return state.exchanges.isIdle
            }
            if isIdle { continuation.resume() }
        }
    }

    private func handle(_ request: Internal_Request, _ payload: [UInt8], _ expiry: Instant) async {
        defer { over(request.requestID) }
        if method.isQueue {
            guard await bus.lock(payload) else { return }
        }
        guard let message = try? Request(serializedBytes: request.payload) else {
            let error = RPCError(.malformedRequest, "the request is no \(Request.protoMessageName)")
            return await answer(.failure(error), to: request)
        }
        if method.needsClaim {
            guard await wins(request, message, expiry) else { return }
        } else {
            state.withLock { $0.exchanges.running(request.requestID) }
        }
        let result = await run(message, until: expiry)
        // A handler that was cancelled because of the expiry fails of that. Its caller is to see a time-out, after
        // which it tries again, and not the failure, should that still be in time.
        if case .failure = result, expiry <= .now { return }
        await answer(result, to: request)
    }

    /// Offers to take the request; true once the client has chosen this server.
    private func wins(_ request: Internal_Request, _ message: Request, _ expiry: Instant) async -> Bool {
        let affinity = affinity?(message) ?? 1
        guard affinity >= 0 else { return false }
        state.withLock { $0.exchanges.offering(request.requestID) }
        var offer = Internal_ClaimRequest()
        offer.requestID = request.requestID
        offer.serverID = serverID
        offer.affinity = affinity
        guard
            await publish(Envelope.encode(offer), ChannelName.claim(service: method.service, client: request.clientID))
        else { return false }
        return await choice(of: request.requestID, until: expiry)
    }

    private func choice(of id: String, until expiry: Instant) async -> Bool {
        let timer = Task {
            do { try await Task.sleep(for: max(.zero, expiry - .now)) } catch { return }
            over(id)
        }
        defer { timer.cancel() }
        return await withCheckedContinuation { continuation in
            let known = state.withLock { state in
                let known = state.exchanges.isMine(id)
                if known == nil { state.undecided[id] = continuation }
                return known
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    private func run(_ message: Request, until expiry: Instant) async -> Result<Response, RPCError> {
        // A task of its own, because only a task can be cancelled when the request expires.
        let work = Task { () async -> Result<Response, RPCError> in
            do throws(RPCError) { return .success(try await handler(message)) } catch { return .failure(error) }
        }
        let timer = Task {
            do { try await Task.sleep(for: max(.zero, expiry - .now)) } catch { return }
            work.cancel()
        }
        defer { timer.cancel() }
        return await work.value
    }

    private func answer(_ result: Result<Response, RPCError>, to request: Internal_Request) async {
        let response = Internal_Response(result, to: request.requestID, server: serverID)
        _ = await publish(
            Envelope.encode(response),
            ChannelName.response(service: method.service, client: request.clientID)
        )
    }

    private func publish(_ payload: [UInt8], _ channel: String) async -> Bool {
        do throws(BusError) {
            try await bus.publish(payload, to: channel)
            return true
        } catch {
            logger.error("cannot publish", metadata: ["channel": "\(channel)", "error": "\(error.message)"])
            return false
        }
    }

    private func over(_ id: String) {
        let waiters = state.withLock { state in
            state.exchanges.over(id)
            state.undecided.removeValue(forKey: id)?.resume(returning: false)
            guard state.exchanges.isIdle else { return [CheckedContinuation<Void, Never>]() }
            defer { state.idleWaiters = [] }
            return state.idleWaiters
        }
        for waiter in waiters { waiter.resume() }
    }
}
