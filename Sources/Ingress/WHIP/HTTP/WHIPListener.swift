package import Logging
package import NIOCore
import NIOHTTP1
import NIOPosix
import Observability
package import PeerTransportNIO

/// The listening socket of WHIP: publishers' offers in, sessions out.
package final class WHIPListener: Sendable {
    /// The port listened on.
    package let port: Int
    private let endpoint: WHIPEndpoint
    private let channel: any Channel
    private let children: ChannelGroup

    private init(endpoint: WHIPEndpoint, channel: any Channel, children: ChannelGroup, port: Int) {
        self.endpoint = endpoint
        self.channel = channel
        self.children = children
        self.port = port
    }

    /// Listens.
    ///
    /// - Parameters:
    ///   - gate: Decides who may publish.
    ///   - group: Where HTTP connections live.
    ///   - hub: Where the sessions live, and whose ports their media comes to.
    ///
    /// Fails if the port cannot be had.
    package static func start(
        _ configuration: WHIPConfiguration,
        gate: any WHIPGate,
        group: any EventLoopGroup,
        hub: PeerHub,
        logger: Logger
    ) async throws -> WHIPListener {
        let endpoint = WHIPEndpoint(configuration: configuration, gate: gate, hub: hub, logger: logger)
        let children = ChannelGroup(limit: configuration.limits.connections)
        let channel = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard children.admit(channel) else {
                        logger.warning("too many WHIP connections")
                        throw TooManyConnections()
                    }
                    try channel.pipeline.syncOperations.addHandlers([
                        HTTPResponseEncoder(),
                        ByteToMessageHandler(
                            HTTPRequestDecoder(
                                leftOverBytesStrategy: .dropBytes,
                                limitConfiguration: configuration.limits.decoder
                            )
                        ),
                        HTTPServerPipelineHandler(),
                        WHIPHTTPHandler(endpoint: endpoint),
                    ])
                }
            }
            .bind(host: configuration.host, port: configuration.port)
            .get()
        return WHIPListener(
            endpoint: endpoint,
            channel: channel,
            children: children,
            port: channel.localAddress?.port ?? configuration.port
        )
    }

    /// Sessions there are, connected or not.
    package var sessionCount: Int { endpoint.count }

    /// Does what another worker was asked of a session that lives here; nil if it does not.
    ///
    /// What LiveKit's `DeleteWHIPResource` and `ICERestartWHIPResource` calls ask for.
    package func handle(_ request: WHIPResourceRequest) async throws(WHIPRefusal) -> WHIPResourceReply? {
        try await endpoint.handleHere(request)
    }

    /// Takes no more offers and ends every session with its destination, also where a lost publisher is waited for.
    package func shutdown() async {
        try? await channel.close()
        endpoint.close(WHIPRefusal.shuttingDown.message)
        children.closeAll()
    }
}

/// Ends a connection that is one too many.
private struct TooManyConnections: Error {}
