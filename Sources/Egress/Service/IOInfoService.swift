import LiveKitProtocol
public import Logging
public import MessageBus
import SwiftProtobuf
import Synchronization

/// The service `IOInfo`, as far as egress goes: where workers report to and ask back.
public final class IOInfoService: Sendable {
    private let ledger: EgressLedger
    private let server: RPCServer
    private let logger: Logger
    private let registrations = Mutex<[RPCRegistration]>([])

    /// A service that nobody can call yet.
    public init(bus: any Bus, ledger: EgressLedger, logger: Logger) {
        self.ledger = ledger
        self.logger = logger
        server = RPCServer(bus: bus, service: IOInfo.service, logger: logger)
    }

    /// Takes calls from now on.
    public func start() async throws(BusError) {
        let ledger = ledger
        let logger = logger
        let added = [
            try await server.register(IOInfo.createEgress) { (info) async throws(RPCError) in
                try await Self.reported(info) { (info) async throws(EgressStoreError) in try await ledger.create(info) }
            },
            try await server.register(IOInfo.updateEgress) { (info) async throws(RPCError) in
                try await Self.reported(info) { (info) async throws(EgressStoreError) in try await ledger.update(info) }
            },
            try await server.register(IOInfo.getEgress) { (request) async throws(RPCError) in
                do throws(TwirpError) {
                    return try await ledger.info(of: request.egressID)
                } catch { throw RPCError(error) }
            },
            try await server.register(IOInfo.listEgress) { (request) async throws(RPCError) in
                do throws(TwirpError) {
                    return try await ledger.list(request)
                } catch { throw RPCError(error) }
            },
            try await server.register(IOInfo.updateMetrics) { (request) async throws(RPCError) in
                logger.info(
                    "what an egress cost",
                    metadata: [
                        "egress": "\(request.info.egressID)", "average": "\(request.avgCpuUsage)",
                        "maximum": "\(request.maxCpuUsage)",
                    ]
                )
                return Google_Protobuf_Empty()
            },
        ]
        registrations.withLock { $0 += added }
    }

    /// Takes no more calls; those that run are finished.
    public func shutdown() async {
        let all = registrations.withLock { registrations in
            defer { registrations = [] }
            return registrations
        }
        for registration in all { await registration.close() }
    }

    private static func reported(
        _ info: Livekit_EgressInfo,
        _ take: (Livekit_EgressInfo) async throws(EgressStoreError) -> Void
    ) async throws(RPCError) -> Google_Protobuf_Empty {
        guard !info.egressID.isEmpty else { throw RPCError(.invalidArgument, "an egress without an egress_id") }
        do throws(EgressStoreError) { try await take(info) } catch {
            throw RPCError(.unavailable, "the egress cannot be stored: \(error)")
        }
        return Google_Protobuf_Empty()
    }
}
