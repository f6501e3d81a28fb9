import LiveKitProtocol
import Logging
import MessageBus
import SwiftProtobuf
import Synchronization

@testable import Ingress

/// The ingress service over a bus of its own, with workers as a test wants them.
final class IngressStage: Sendable {
    let bus = InProcessBus()
    let told = Told()
    let logger = Logger(label: "test")
    let ledger: IngressLedger

    init() throws {
        ledger = IngressLedger(store: try SQLiteIngressStore(path: nil), logger: logger) { [told] event, info in
            told.list.withLock { $0.append((event, info)) }
        }
    }

    /// What the ledger has told.
    final class Told: Sendable {
        let list = Mutex<[(event: String, info: Livekit_IngressInfo)]>([])
    }

    /// The events that were told, with the status of each.
    var events: [String] { told.list.withLock { $0.map { "\($0.event) \($0.info.state.status)" } } }

    /// The service, listening.
    func service() async throws -> IngressService {
        let service = IngressService(
            bus: bus,
            ledger: ledger,
            addresses: IngressRequests.addresses,
            startOptions: CallOptions(timeout: .seconds(5), selection: Selection(maximumAffinity: 1)),
            logger: logger
        )
        try await service.start()
        return service
    }

    /// What workers call.
    func reports() async throws -> RPCClient {
        try await IngressInfoService(bus: bus, ledger: ledger, logger: logger).start()
        let worker = RPCClient(bus: bus, service: IOInfo.service, logger: logger)
        try await worker.start()
        return worker
    }

    /// A worker that answers with what it was asked for, as it begins.
    func worker(
        affinity: Float = 1,
        answer: @escaping @Sendable (inout Livekit_IngressInfo) -> RPCError? = { _ in nil }
    ) async throws {
        let server = RPCServer(bus: bus, service: IngressInternal.service, logger: logger)
        _ = try await server.register(IngressInternal.startIngress, affinity: { _ in affinity }) {
            (request) async throws(RPCError) in
            var info = request.info
            info.state.status = .endpointBuffering
            info.state.startedAt = 5
            info.state.updatedAt = 5
            if let error = answer(&info) { throw error }
            return info
        }
        _ = try await server.register(IngressInternal.listActiveIngress) { (_) async throws(RPCError) in
            var response = Rpc_ListActiveIngressResponse()
            response.ingressIds = ["IN_busy1", "IN_busy2"]
            return response
        }
    }

    /// A session that ends when it is told to, and reports so.
    func session(
        of id: String,
        _ calls: Calls,
        failing error: RPCError? = nil
    ) async throws {
        let server = RPCServer(bus: bus, service: IngressHandler.service, logger: logger)
        _ = try await server.register(IngressHandler.updateIngress, topic: id) { [ledger] (_) async throws(RPCError) in
            try await calls.end("update", id, ledger, error)
        }
        _ = try await server.register(IngressHandler.deleteIngress, topic: id) { [ledger] (_) async throws(RPCError) in
            try await calls.end("delete", id, ledger, error)
        }
    }

    /// The calls that sessions have got.
    final class Calls: Sendable {
        private let list = Mutex<[String]>([])

        /// All of them, in order.
        var all: [String] { list.withLock { $0 } }

        fileprivate func end(
            _ call: String,
            _ id: String,
            _ ledger: IngressLedger,
            _ error: RPCError?
        ) async throws(RPCError) -> Livekit_IngressState {
            list.withLock { $0.append("\(call) \(id)") }
            if let error { throw error }
            let state = IngressStateChangeTests.state(.endpointInactive, 5, 9)
            do throws(TwirpError) { try await ledger.report(state, of: id) } catch { throw RPCError(error) }
            return state
        }
    }
}
