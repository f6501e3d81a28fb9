import MediaWire
package import NIOCore
import NIOPosix
import NIOSSL

/// Opens TCP connections, with TLS where the scheme asks for it, to addresses that the guard has found fit and to no others.
///
/// A name is resolved once for a connection, and the connection is made to an address of that answer.
package struct GuardedConnector: Sendable {
    /// Connecting to one address, TLS not included.
    static let timeout = TimeAmount.seconds(5)

    private let group: any EventLoopGroup
    private let addressGuard: AddressGuard
    private let resolver: HostResolver
    private let tls: NIOSSLContext

    /// A connector; `authorities` is a PEM file of those to trust, nil for the system's.
    package init(
        group: any EventLoopGroup,
        addressGuard: AddressGuard,
        resolver: HostResolver = .system,
        authorities: String? = nil
    ) throws {
        self.group = group
        self.addressGuard = addressGuard
        self.resolver = resolver
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities { configuration.trustRoots = .file(authorities) }
        tls = try NIOSSLContext(configuration: configuration)
    }

    /// Where a URL's server may be connected to.
    ///
    /// Blocks while the name is resolved.
    func addresses(of url: PullURL) throws(PullFailure) -> [IPAddress] {
        try addressGuard.permitted(try resolver.addresses(of: url.host), of: url.host)
    }

    /// An event loop for one connection.
    func loop() -> any EventLoop { group.next() }

    /// Connects to an address that `addresses(of:)` gave; `initialize` builds the pipeline above TCP and TLS.
    func connect(
        to address: IPAddress,
        of url: PullURL,
        on loop: any EventLoop,
        initialize: @escaping @Sendable (any Channel) throws -> Void
    ) -> EventLoopFuture<any Channel> {
        do {
            let target = try SocketAddress(ipAddress: "\(address)", port: Int(url.port))
            return ClientBootstrap(group: loop)
                .connectTimeout(Self.timeout)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { channel in
                    channel.eventLoop.makeCompletedFuture {
                        if url.scheme.isSecure {
                            try channel.pipeline.syncOperations.addHandler(securityHandler(url.host))
                        }
                        try initialize(channel)
                    }
                }
                .connect(to: target)
        } catch {
            return loop.makeFailedFuture(error)
        }
    }

    /// The certificate is checked against the URL's host, whatever address it stands for.
    private func securityHandler(_ host: String) throws -> NIOSSLClientHandler {
        // Server name indication takes host names only (RFC 6066 §3).
        try NIOSSLClientHandler(context: tls, serverHostname: IPAddress(host) == nil ? host : nil)
    }
}
