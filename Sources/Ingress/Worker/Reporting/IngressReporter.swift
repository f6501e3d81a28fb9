import JobProcess
import LiveKitProtocol
import Logging
import MessageBus

/// Asks room servers about ingresses, and tells them how sessions stand, in order, for as long as it takes (`ReportQueue`).
final class IngressReporter: Sendable {
    private let client: RPCClient
    private let delivery: ReportDelivery<IngressStateReport>

    /// A reporter; `onSettled` is called whenever everything about a session has been told.
    init(bus: any Bus, logger: Logger, onSettled: @escaping @Sendable (_ resource: String) -> Void) {
        let client = RPCClient(bus: bus, service: IOInfo.service, logger: logger)
        self.client = client
        delivery = ReportDelivery(onSettled: onSettled) { report in
            await Self.send(report, by: client, logger: logger)
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

    /// Whether everything about a session has been told.
    func isSettled(_ resource: String) -> Bool { delivery.isSettled(resource) }

    /// The ingress of a stream key.
    func ingress(streamKey: String) async throws(IngressRefusal) -> Rpc_GetIngressInfoResponse {
        var request = Rpc_GetIngressInfoRequest()
        request.streamKey = streamKey
        do throws(RPCError) {
            return try await client.call(IOInfo.getIngressInfo, request, options: CallOptions(timeout: Self.askTimeout))
        } catch {
            throw error.code == .notFound ? .notFound : .unavailable
        }
    }

    /// Makes an ingress known that begins with its only session; returns once somebody knows it.
    func create(_ info: Livekit_IngressInfo) async throws(RPCError) {
        _ = try await client.call(IOInfo.createIngress, info, options: CallOptions(timeout: Self.createTimeout))
    }

    /// Tells how a session stands, soon.
    func report(_ ingress: String, _ state: Livekit_IngressState) {
        delivery.report(IngressStateReport(ingressID: ingress, state: state))
    }

    /// Forgets a session.
    func forget(_ resource: String) { delivery.forget(resource) }

    /// Delivers until its task is cancelled.
    func run() async {
        await delivery.run()
        await client.shutdown()
    }

    private static func send(
        _ report: IngressStateReport,
        by client: RPCClient,
        logger: Logger
    ) async -> ReportQueue<IngressStateReport>.Outcome {
        var request = Rpc_UpdateIngressStateRequest()
        request.ingressID = report.ingressID
        request.state = report.state
        do throws(RPCError) {
            let options = CallOptions(timeout: updateTimeout, selection: .first)
            _ = try await client.call(IOInfo.updateIngressState, request, options: options)
            return .delivered
        } catch {
            let isLasting = error.code.isLasting
            logger.warning(
                "the state of a session could not be told",
                metadata: [
                    "ingress": "\(report.ingressID)", "session": "\(report.subject)",
                    "status": "\(report.status.name)", "reason": "\(error)", "again": "\(!isLasting)",
                ]
            )
            return isLasting ? .refused : .unreachable
        }
    }

    /// A publisher waits for the answer: encoders give up after 5 to 10 s.
    private static let askTimeout = Duration.seconds(4)
    /// Whoever starts a pull waits for at most 3 s (psrpc's default), and asks again.
    private static let createTimeout = Duration.seconds(5)
    private static let updateTimeout = Duration.seconds(30)
}
