import NIOCore
import NIOPosix
import NIOSSL
import Signaling

/// Opens TCP connections, with TLS where the URL asks for it, to the server of an endpoint.
struct ServerConnection: Sendable {
    /// How long connecting may take.
    static let timeout = TimeAmount.seconds(5)

    let endpoint: SignalEndpoint
    private let tls: NIOSSLContext?

    /// Prepares TLS with the system's trust roots if the endpoint is secure.
    init(endpoint: SignalEndpoint) throws {
        self.endpoint = endpoint
        tls = endpoint.isSecure ? try NIOSSLContext(configuration: .makeClientConfiguration()) : nil
    }

    /// Connects; `initialize` builds the pipeline above TCP and TLS before anything is sent or received.
    func connect(
        on loop: any EventLoop,
        initialize: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        ClientBootstrap(group: loop)
            .connectTimeout(Self.timeout)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    if let tls {
                        try channel.pipeline.syncOperations.addHandler(securityHandler(tls))
                    }
                    try initialize(channel)
                }
            }
            .connect(host: endpoint.host, port: endpoint.port)
    }

    /// Server name indication takes host names only; a certificate for an address is checked without it.
    private func securityHandler(_ context: NIOSSLContext) throws -> NIOSSLClientHandler {
        let isAddress = (try? SocketAddress(ipAddress: endpoint.host, port: 0)) != nil
        return try NIOSSLClientHandler(context: context, serverHostname: isAddress ? nil : endpoint.host)
    }
}
