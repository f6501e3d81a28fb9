import MediaWire
import NIOCore
import NIOPosix
import PeerTransport
import Testing

@testable import PeerTransportNIO

@Suite struct ICETCPTests {
    private static let configuration = PeerHubConfiguration(bindAddress: "127.0.0.1", tcpPort: 0)

    /// An active TCP peer made of a plain socket: it drives a transport of its own.
    private final class ActivePeer: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer

        let transport: SecureTransport
        private(set) var isConnected = false
        private(set) var packets: [[UInt8]] = []
        private var pending = ByteBuffer()
        private var local = TransportAddress(ip: .v4(0), port: 0)
        private var remote = TransportAddress(ip: .v4(0), port: 0)

        init(_ server: HubPeer, certificate: Certificate, fingerprint: Fingerprint, remote: TransportAddress) {
            self.remote = remote
            let now = Self.now
            transport = SecureTransport(
                certificate: certificate,
                iceRole: .controlling,
                localCredentials: .random(),
                now: now
            )
            transport.setRemote(credentials: server.transport.localCredentials, at: now)
            transport.setRemote(fingerprint: fingerprint, dtlsRole: .server, at: now)
        }

        static var now: Instant { Instant(nanoseconds: Int64(NIODeadline.now().uptimeNanoseconds)) }

        func channelActive(context: ChannelHandlerContext) {
            guard let address = context.localAddress.flatMap(TransportAddress.init) else { return }
            local = address
            // Our agent does not open TCP connections; a check received on one makes it a pair. So the server, told of
            // nothing, needs the first check: the transport is given a UDP pair, whose checks go out over TCP here.
            transport.addLocalCandidate(
                ICECandidate(foundation: "1", priority: 1, address: address)
            )
            transport.addRemoteCandidate(
                ICECandidate(foundation: "1", priority: 1, address: remote),
                at: Self.now
            )
            step(context)
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            var bytes = unwrapInboundIn(data)
            pending.writeBuffer(&bytes)
            while let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self),
                pending.readableBytes >= 2 + Int(length)
            {
                pending.moveReaderIndex(forwardBy: 2)
                let frame = pending.readBytes(length: Int(length)) ?? []
                transport.handle(Datagram(local: local, remote: remote, bytes: frame), at: Self.now)
            }
            step(context)
        }

        func step(_ context: ChannelHandlerContext) {
            while let output = transport.poll() {
                switch output {
                case .event(.dtlsConnected): isConnected = true
                case .event(.rtp(let bytes, _)): packets.append(bytes)
                case .event: break
                case .transmit(let datagram):
                    var frame = ByteBuffer()
                    frame.writeInteger(UInt16(datagram.bytes.count))
                    frame.writeBytes(datagram.bytes)
                    // One byte at a time at first: frames must not depend on how the stream is cut.
                    while let byte = frame.readSlice(length: min(frame.readableBytes, isConnected ? 4096 : 40)),
                        byte.readableBytes > 0
                    {
                        context.writeAndFlush(NIOAny(byte), promise: nil)
                    }
                }
            }
            guard let timeout = transport.nextTimeout else { return }
            let context = NIOLoopBound(context, eventLoop: context.eventLoop)
            let peer = NIOLoopBound(self, eventLoop: context.value.eventLoop)
            context.value.eventLoop.scheduleTask(
                deadline: .uptimeNanoseconds(UInt64(timeout.nanoseconds))
            ) {
                peer.value.transport.handleTimeout(at: Self.now)
                peer.value.step(context.value)
            }
        }
    }

    @Test func aPeerThatConnectsByTCPIsServed() async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let hub = try await PeerHub.start(configuration: Self.configuration, on: loop)
        let port = try #require(hub.tcpPort)
        #expect(hub.localCandidates.contains { $0.tcpType == .passive && $0.address.port == UInt16(port) })
        let certificate = try Certificate.generate()
        let peers = try await loop.submit {
            let server = HubPeer(hub, role: .controlled)
            let active = ActivePeer(
                server,
                certificate: certificate,
                fingerprint: hub.certificate.fingerprint,
                remote: TransportAddress(ip: IPAddress(v4: (127, 0, 0, 1)), port: UInt16(port))
            )
            server.transport.setRemote(credentials: active.transport.localCredentials, at: hub.now)
            server.transport.setRemote(fingerprint: certificate.fingerprint, dtlsRole: .client, at: hub.now)
            server.attachment?.drain()
            return NIOLoopBound((server, active), eventLoop: loop)
        }.get()
        let channel = try await ClientBootstrap(group: loop)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(peers.value.1)
                }
            }
            .connect(host: "127.0.0.1", port: port).get()
        #expect(try await eventually(loop) { peers.value.0.isConnected && peers.value.1.isConnected })
        try await loop.submit {
            for sequence in 0..<50 {
                peers.value.0.transport.sendRTP(rtpPacket(UInt16(sequence), size: 1100), at: hub.now)
            }
            peers.value.0.attachment?.drain()
        }.get()
        #expect(try await eventually(loop) { peers.value.1.packets.count == 50 })
        try await channel.close()
        await hub.shutdown()
    }

    @Test(arguments: [[UInt8]([0xFF, 0xFF, 1, 2, 3]), [0, 0], Array("GET / HTTP/1.1\r\n\r\n".utf8)])
    func aConnectionThatSpeaksOutOfFormIsClosed(bytes: [UInt8]) async throws {
        let loop = MultiThreadedEventLoopGroup.singleton.next()
        let hub = try await PeerHub.start(configuration: Self.configuration, on: loop)
        let channel = try await ClientBootstrap(group: loop).connect(
            host: "127.0.0.1",
            port: try #require(hub.tcpPort)
        ).get()
        try await channel.writeAndFlush(ByteBuffer(bytes: bytes))
        try await channel.closeFuture.get()
        #expect(try await hub.statistics().connectionsRefused == 1)
        await hub.shutdown()
    }
}
