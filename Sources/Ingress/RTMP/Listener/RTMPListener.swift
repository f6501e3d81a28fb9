package import Logging
internal import MediaWire
package import NIOCore
internal import NIOPosix
internal import NIOSSL

/// Takes connections of RTMP publishers: one port, plain or TLS.
package final class RTMPListener: Sendable {
    /// The port listened on.
    package let port: Int
    private let listener: any Channel
    private let connections: ConnectionTable

    private init(listener: any Channel, connections: ConnectionTable, port: Int) {
        self.listener = listener
        self.connections = connections
        self.port = port
    }

    /// How many connections there are, those not let in yet included.
    package var connectionCount: Int { connections.count }

    /// Listens; throws if the port cannot be had or the certificate not be read.
    package static func start(
        _ configuration: RTMPListenerConfiguration,
        gate: any RTMPGate,
        group: any EventLoopGroup,
        logger: Logger
    ) async throws -> RTMPListener {
        try await start(configuration, limits: RTMPLimits(), gate: gate, group: group, logger: logger)
    }

    /// Listens, with limits of one's own.
    static func start(
        _ configuration: RTMPListenerConfiguration,
        limits: RTMPLimits,
        gate: any RTMPGate,
        group: any EventLoopGroup,
        logger: Logger
    ) async throws -> RTMPListener {
        let security = try configuration.tls.map(Self.security)
        let connections = ConnectionTable(
            limit: configuration.connections,
            pendingLimit: configuration.pendingConnectionsPerAddress
        )
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 256)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.autoRead, value: false)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let address = channel.remoteAddress.flatMap(Self.address)
                    guard let address, let slot = connections.open(channel, from: address) else {
                        logger.debug("an RTMP connection is one too many")
                        throw ChannelError.inputClosed
                    }
                    let pipeline = channel.pipeline.syncOperations
                    if let security { try pipeline.addHandler(NIOSSLServerHandler(context: security)) }
                    let connection = RTMPConnection(
                        gate: gate,
                        slot: slot,
                        limits: limits,
                        isSecure: security != nil,
                        logger: logger
                    )
                    try pipeline.addHandler(connection)
                }
            }
            .bind(host: configuration.address, port: configuration.port).get()
        let bound = listener.localAddress?.port ?? configuration.port
        logger.info(
            "publishers can connect by RTMP",
            metadata: ["address": "\(configuration.address)", "port": "\(bound)", "tls": "\(security != nil)"]
        )
        return RTMPListener(listener: listener, connections: connections, port: bound)
    }

    /// Closes the port, tells every publisher, and returns when every connection is closed.
    package func shutdown() async {
        try? await listener.close()
        let channels = connections.close()
        for channel in channels {
            channel.pipeline.fireUserInboundEventTriggered(RTMPPublisher.Command.refuse(.shuttingDown))
        }
        for channel in channels { try? await channel.closeFuture.get() }
    }

    private static func security(_ tls: RTMPListenerConfiguration.TLS) throws -> NIOSSLContext {
        let chain = try NIOSSLCertificate.fromPEMFile(tls.certificateChain)
        let key = try NIOSSLPrivateKey(file: tls.privateKey, format: .pem)
        return try NIOSSLContext(
            configuration: .makeServerConfiguration(
                certificateChain: chain.map { .certificate($0) },
                privateKey: .privateKey(key)
            )
        )
    }

    /// The address of a socket; IPv4 seen through an IPv6 socket is IPv4.
    static func address(_ socket: SocketAddress) -> TransportAddress? {
        guard let text = socket.ipAddress, let ip = IPAddress(text), let port = socket.port else { return nil }
        return TransportAddress(ip: ip.unmapped, port: UInt16(truncatingIfNeeded: port))
    }
}
