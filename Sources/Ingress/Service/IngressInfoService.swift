import LiveKitProtocol
public import Logging
public import MessageBus
import SwiftProtobuf
import Synchronization

/// The service `IOInfo`, as far as ingress goes: where workers ask whose a stream key is, and report to.
public final class IngressInfoService: Sendable {
    private let ledger: IngressLedger
    private let server: RPCServer
    private let registrations = Mutex<[RPCRegistration]>([])

    /// A service that nobody can call yet.
    public init(bus: any Bus, ledger: IngressLedger, logger: Logger) {
        self.ledger = ledger
        server = RPCServer(bus: bus, service: IOInfo.service, logger: logger)
    }

    /// Takes calls from now on.
    public func start() async throws(BusError) {
        let ledger = ledger
        let added = [
            try await server.register(IOInfo.getIngressInfo) { (request) async throws(RPCError) in
                do throws(TwirpError) { return try await Self.info(request, ledger) } catch { throw RPCError(error) }
            },
            try await server.register(IOInfo.createIngress) { (info) async throws(RPCError) in
                guard !info.ingressID.isEmpty else { throw .nameless }
                var response = Rpc_CreateIngressResponse()
                do throws(TwirpError) { response.info = try await ledger.create(info) } catch { throw RPCError(error) }
                return response
            },
            try await server.register(IOInfo.updateIngressState) { (request) async throws(RPCError) in
                guard !request.ingressID.isEmpty else { throw .nameless }
                do throws(TwirpError) {
                    try await ledger.report(request.state, of: request.ingressID)
                } catch { throw RPCError(error) }
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

    /// Finds an ingress by its identifier or its stream key; where both are given, both have to be its.
    ///
    /// The answer has the ingress alone: workers make the participant's token themselves.
    private static func info(
        _ request: Rpc_GetIngressInfoRequest,
        _ ledger: IngressLedger
    ) async throws(TwirpError) -> Rpc_GetIngressInfoResponse {
        var response = Rpc_GetIngressInfoResponse()
        if !request.ingressID.isEmpty {
            response.info = try await ledger.info(of: request.ingressID)
            guard request.streamKey.isEmpty || request.streamKey == response.info.streamKey else { throw .noIngress }
        } else {
            guard !request.streamKey.isEmpty else { throw .invalid("ingress_id or stream_key", "both are empty") }
            response.info = try await ledger.info(streamKey: request.streamKey)
        }
        return response
    }
}

extension RPCError {
    fileprivate static let nameless = RPCError(.invalidArgument, "an ingress without an ingress_id")
}
