public import Logging
import SwiftProtobuf

/// Serves methods of one service.
///
/// `ServerExchanges` decides what becomes of a request; `MethodServer` owns the channels, timers and tasks of a method.
public final class RPCServer: Sendable {
    /// The server's name on the bus, `SRV_…`.
    public let id: String
    /// The service whose methods it serves.
    public let service: String
    private let bus: any Bus
    private let logger: Logger

    /// A server that serves nothing yet.
    public init(bus: any Bus, service: String, logger: Logger) {
        self.bus = bus
        self.service = service
        self.logger = logger
        id = RPCID.server()
    }

    /// Serves a method, for one topic if it has topics; returns once requests are heard.
    ///
    /// `affinity` says how well a request suits this server: below 0 not at all, and the server stays silent. The
    /// handler's task is cancelled when the request expires, because nobody waits for the answer any more.
    public func register<Request, Response>(
        _ method: RPCMethod<Request, Response>,
        topic: String = "",
        affinity: (@Sendable (Request) -> Float)? = nil,
        handler: @escaping @Sendable (Request) async throws(RPCError) -> Response
    ) async throws(BusError) -> RPCRegistration {
        precondition(method.service == service, "\(method.name) is a method of \(method.service), not of \(service)")
        var logger = logger
        logger[metadataKey: "method"] = "\(service).\(method.name)"
        let server = MethodServer(
            method,
            bus: bus,
            serverID: id,
            affinity: affinity,
            handler: handler,
            logger: logger
        )
        // The verdicts first, so that nothing is offered whose verdict could not be heard.
        var claims: (any BusSubscription)?
        if method.needsClaim {
            claims = try await bus.subscribe(method.claimAnswerChannel(topic)) { server.heardChoice($0) }
        }
        do throws(BusError) {
            let requests = try await bus.subscribe(method.requestChannel(topic)) { server.heardRequest($0) }
            return RPCRegistration(requests: requests, claims: claims) { await server.idle() }
        } catch {
            await claims?.cancel()
            throw error
        }
    }
}
