internal import MediaWire
internal import NIOCore
internal import NIOPosix

extension PeerHub {
    /// Room for a few hundred milliseconds of many peers' media while the loop is busy; the system may grant less.
    private static let socketBuffer = 4 << 20
    /// Bytes that may wait in a TCP connection's queue before packets are dropped.
    private static let queueLimit = 1 << 20

    static func bindUDP(
        _ ip: IPAddress,
        port: Int,
        gathers: Bool,
        core: NIOLoopBound<HubCore>,
        on loop: any EventLoop
    ) async throws -> any Channel {
        guard let number = UInt16(exactly: port) else { throw PeerHubError.notAPort(port) }
        let address = TransportAddress(ip: ip, port: number)
        let bootstrap = DatagramBootstrap(group: loop)
            .channelOption(.autoRead, value: !gathers)
            .channelOption(.datagramVectorReadMessageCount, value: UDPHandler.burst)
            .channelOption(
                .recvAllocator,
                value: FixedSizeRecvByteBufferAllocator(capacity: UDPHandler.burst * UDPHandler.datagramCapacity)
            )
            .channelOption(.socketOption(.so_rcvbuf), value: socketBuffer)
            .channelOption(.socketOption(.so_sndbuf), value: socketBuffer)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(UDPHandler(core: core.value))
                }
            }
        do {
            let channel = try await bootstrap.bind(to: SocketAddress(address, forV6Socket: !ip.isV4)).get()
            try await loop.submit {
                let descriptor = try channel.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                    of: NIOBSDSocket.Handle.self
                ) { $0 }
                core.value.udp = descriptor.map(UDPSender.init)
                if gathers { core.value.gathering = descriptor.map(UDPReceiver.init) }
                core.value.udpAddress = TransportAddress(
                    ip: ip,
                    port: UInt16(clamping: channel.localAddress?.port ?? port)
                )
            }.get()
            return channel
        } catch {
            throw PeerHubError.cannotListen(address: "UDP \(address)", reason: "\(error)")
        }
    }

    static func bindTCP(
        _ ip: IPAddress,
        port: Int,
        core: NIOLoopBound<HubCore>,
        on loop: any EventLoop
    ) async throws -> any Channel {
        guard let number = UInt16(exactly: port) else { throw PeerHubError.notAPort(port) }
        let address = TransportAddress(ip: ip, port: number)
        let bootstrap = ServerBootstrap(group: loop)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelOption(.tcpOption(.tcp_nodelay), value: 1)
            .childChannelOption(.writeBufferWaterMark, value: .init(low: queueLimit / 2, high: queueLimit))
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(TCPHandler(core: core.value))
                }
            }
        do {
            return try await bootstrap.bind(to: SocketAddress(address, forV6Socket: !ip.isV4)).get()
        } catch {
            throw PeerHubError.cannotListen(address: "TCP \(address)", reason: "\(error)")
        }
    }
}
