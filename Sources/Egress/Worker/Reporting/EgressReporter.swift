import LiveKitProtocol
import Logging
import MediaWire
import MessageBus
import Synchronization

/// Tells room servers how egresses stand, in order, for as long as it takes (``ReportQueue``).
final class EgressReporter: Sendable {
    private struct State {
        var queue = ReportQueue()
        /// When the loop will look by itself.
        var alarm: Instant?
    }

    private let client: RPCClient
    private let createTimeout: Duration
    private let updateTimeout: Duration
    private let logger: Logger
    private let onSettled: @Sendable (_ id: String) -> Void
    private let state = Mutex(State())
    private let wakeups: AsyncStream<Void>
    private let wakeup: AsyncStream<Void>.Continuation

    /// A reporter; `onSettled` is called whenever everything about an egress has been told.
    init(
        bus: any Bus,
        createTimeout: Duration,
        updateTimeout: Duration,
        logger: Logger,
        onSettled: @escaping @Sendable (_ id: String) -> Void
    ) {
        client = RPCClient(bus: bus, service: IOInfo.service, logger: logger)
        self.createTimeout = createTimeout
        self.updateTimeout = updateTimeout
        self.logger = logger
        self.onSettled = onSettled
        (wakeups, wakeup) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// Begins to listen for answers.
    func start() async throws(BusError) {
        try await client.start()
    }

    /// Whether the last report found somebody to take it.
    var isHealthy: Bool { state.withLock { $0.queue.isHealthy } }

    /// Whether everything has been told.
    var isIdle: Bool { state.withLock { $0.queue.isEmpty } }

    /// Whether everything about an egress has been told.
    func isSettled(_ id: String) -> Bool { state.withLock { $0.queue.isSettled(id) } }

    /// Makes an egress known; returns once somebody knows it.
    func create(_ info: Livekit_EgressInfo) async throws(RPCError) {
        _ = try await client.call(IOInfo.createEgress, info, options: CallOptions(timeout: createTimeout))
    }

    /// Tells how an egress stands, soon; false if that is no news.
    @discardableResult
    func report(_ info: Livekit_EgressInfo) -> Bool {
        let isNews = state.withLock { $0.queue.add(info) }
        wakeup.yield()
        return isNews
    }

    /// Forgets an egress.
    func forget(_ id: String) {
        state.withLock { $0.queue.forget(id) }
    }

    /// Delivers until its task is cancelled.
    func run() async {
        await withDiscardingTaskGroup { group in
            for await _ in wakeups {
                let (due, alarm) = state.withLock { state in
                    let due = state.queue.due(at: .monotonic)
                    guard let next = state.queue.nextTime, state.alarm.map({ next < $0 }) ?? true else {
                        return (due, Instant?.none)
                    }
                    state.alarm = next
                    return (due, next)
                }
                for info in due { group.addTask { await self.send(info) } }
                if let alarm { group.addTask { await self.wake(at: alarm) } }
            }
            group.cancelAll()
        }
        await client.shutdown()
    }

    private func wake(at time: Instant) async {
        let wait = time - .monotonic
        if wait > .zero { try? await Task.sleep(for: wait) }
        state.withLock { if $0.alarm == time { $0.alarm = nil } }
        wakeup.yield()
    }

    private func send(_ info: Livekit_EgressInfo) async {
        let outcome: ReportQueue.Outcome
        do throws(RPCError) {
            let options = CallOptions(timeout: updateTimeout, selection: .first)
            _ = try await client.call(IOInfo.updateEgress, info, options: options)
            outcome = .delivered
        } catch {
            outcome = Self.isLasting(error.code) ? .refused : .unreachable
            logger.warning(
                "a report could not be delivered",
                metadata: [
                    "egress": "\(info.egressID)", "status": "\(info.status.name)", "reason": "\(error)",
                    "again": "\(outcome == .unreachable)",
                ]
            )
        }
        let isSettled = state.withLock { state in
            state.queue.finished(info.egressID, outcome, at: .monotonic)
            return state.queue.isSettled(info.egressID)
        }
        if isSettled { onSettled(info.egressID) }
        wakeup.yield()
    }

    /// Whether asking again would bring the same answer.
    private static func isLasting(_ code: RPCErrorCode) -> Bool {
        switch code {
        case .invalidArgument, .malformedRequest, .notFound, .alreadyExists, .permissionDenied, .failedPrecondition,
            .outOfRange, .unimplemented, .unauthenticated, .notAcceptable, .unprocessableEntity:
            true
        case .canceled, .unknown, .malformedResult, .deadlineExceeded, .resourceExhausted, .aborted, .internal,
            .unavailable, .dataLoss, .upstreamServerError, .upstreamClientError:
            false
        }
    }
}
