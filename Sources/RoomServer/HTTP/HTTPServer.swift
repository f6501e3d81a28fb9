import Logging
import NIOCore
import NIOHTTP1
import NIOPosix

/// The listening sockets of the HTTP edge and the connections they have accepted.
///
/// Everything runs on one event loop, that of the rooms: a request, the decision about it and its answer need no hop.
final class HTTPServer: Sendable {
    /// The addresses listened on, with the real port where any was asked for.
    let addresses: [SocketAddress]
    private let listeners: [any Channel]
    private let connections: NIOLoopBound<OpenConnections>
    private let loop: any EventLoop

    private init(listeners: [any Channel], connections: NIOLoopBound<OpenConnections>, loop: any EventLoop) {
        self.listeners = listeners
        self.addresses = listeners.compactMap(\.localAddress)
        self.connections = connections
        self.loop = loop
    }

    /// Listens on a port of every host; port 0 takes a free one.
    static func start(
        hosts: [String],
        port: Int,
        router: NIOLoopBound<EdgeRouter>,
        limits: HTTPLimits = HTTPLimits(),
        signalLimits: SignalLimits = SignalLimits(),
        logger: Logger
    ) async throws -> HTTPServer {
        let loop = router.eventLoop
        let connections = try await loop.submit {
            NIOLoopBound(OpenConnections(limit: limits.connections), eventLoop: loop)
        }
        .get()
        let bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard connections.value.admit(channel) else {
                        logger.warning("too many connections", metadata: ["limit": "\(limits.connections)"])
                        throw TooManyConnections()
                    }
                    try configure(
                        channel,
                        router: router.value,
                        limits: limits,
                        signalLimits: signalLimits,
                        logger: logger
                    )
                }
            }
        var listeners: [any Channel] = []
        do {
            for host in hosts { listeners.append(try await bootstrap.bind(host: host, port: port).get()) }
        } catch {
            for listener in listeners { try? await listener.close() }
            throw error
        }
        return HTTPServer(listeners: listeners, connections: connections, loop: loop)
    }

    private static func configure(
        _ channel: any Channel,
        router: EdgeRouter,
        limits: HTTPLimits,
        signalLimits: SignalLimits,
        logger: Logger
    ) throws {
        let encoder = HTTPResponseEncoder()
        let decoder = ByteToMessageHandler(
            HTTPRequestDecoder(leftOverBytesStrategy: .forwardBytes, limitConfiguration: limits.decoder)
        )
        let pipelining = HTTPServerPipelineHandler()
        let errors = HTTPServerProtocolErrorHandler()
        let upgrade = WebSocketUpgrade(
            limits: signalLimits,
            encoder: encoder,
            decoder: decoder,
            extraHandlers: [pipelining, errors]
        )
        let connection = HTTPConnection(router: router, limits: limits, upgrade: upgrade, logger: logger)
        try channel.pipeline.syncOperations.addHandlers([encoder, decoder, pipelining, errors, connection])
    }

    /// Takes no new connections.
    func stopListening() async {
        for listener in listeners { try? await listener.close() }
    }

    /// Closes what is still connected, after `grace` for what is being sent.
    func closeConnections(after grace: TimeAmount) async {
        try? await loop.scheduleTask(in: grace) { self.connections.value.closeAll() }.futureResult.get()
    }
}

/// Ends a connection that is one too many.
private struct TooManyConnections: Error {}
