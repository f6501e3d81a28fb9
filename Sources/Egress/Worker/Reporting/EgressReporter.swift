import JobProcess
import LiveKitProtocol
import Logging
import MessageBus

/// Tells room servers how egresses stand, in order, for as long as it takes (`ReportQueue`).
final class EgressReporter: Sendable {
    private let client: RPCClient
    private let createTimeout: Duration
    private let delivery: ReportDelivery<Livekit_EgressInfo>

    /// A reporter; `onSettled` is called whenever everything about an egress has been told.
    init(
        bus: any Bus,
        createTimeout: Duration,
        updateTimeout: Duration,
        logger: Logger,
        onSettled: @escaping @Sendable (_ id: String) -> Void
    ) {
        let client = RPCClient(bus: bus, service: IOInfo.service, logger: logger)
        self.client = client
        self.createTimeout = createTimeout
        delivery = ReportDelivery(onSettled: onSettled) { info in
            await Self.send(info, by: client, timeout: updateTimeout, logger: logger)
        }
    }

    /// Begins to listen for answers.
    func start() async throws(BusError) {
        try await client.start()
    }

    /// Whether the last report found somebody to take it.
    var isHealthy: Bool { delivery.isHealthy }

    /// Whether everything has been told.
    var isIdle: Bool { delivery.isIdle }

    /// Whether everything about an egress has been told.
    func isSettled(_ id: String) -> Bool { delivery.isSettled(id) }

    /// Makes an egress known; returns once somebody knows it.
    func create(_ info: Livekit_EgressInfo) async throws(RPCError) {
        _ = try await client.call(IOInfo.createEgress, info, options: CallOptions(timeout: createTimeout))
    }

    /// Tells how an egress stands, soon; false if that is no news.
    @discardableResult
    func report(_ info: Livekit_EgressInfo) -> Bool { delivery.report(info) }

    /// Forgets an egress.
    func forget(_ id: String) { delivery.forget(id) }

    /// Delivers until its task is cancelled.
    func run() async {
        await delivery.run()
        await client.shutdown()
    }

    private static func send(
        _ info: Livekit_EgressInfo,
        by client: RPCClient,
        timeout: Duration,
        logger: Logger
    ) async -> ReportQueue<Livekit_EgressInfo>.Outcome {
        do throws(RPCError) {
            let options = CallOptions(timeout: timeout, selection: .first)
            _ = try await client.call(IOInfo.updateEgress, info, options: options)
            return .delivered
        } catch {
            let isLasting = error.code.isLasting
            logger.warning(
                "a report could not be delivered",
                metadata: [
                    "egress": "\(info.egressID)", "status": "\(info.status.name)", "reason": "\(error)",
                    "again": "\(!isLasting)",
                ]
            )
            return isLasting ? .refused : .unreachable
        }
    }
}
