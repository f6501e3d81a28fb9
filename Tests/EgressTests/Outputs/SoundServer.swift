import NIOCore
import NIOHTTP1
import NIOPosix
import NIOWebSocket
import Synchronization

/// A WebSocket server that notes what it is sent.
final class SoundServer: Sendable {
    /// What it saw of one connection.
    struct Visit: Sendable {
        var contentType: String?
        var path = ""
        var sound: [UInt8] = []
        var texts: [String] = []
        var closeCode: UInt16?
    }

    let visits = Mutex<[Visit]>([])
    private let children = Mutex<[any Channel]>([])
    private let listener = Mutex<(any Channel)?>(nil)
    let port: Int

    /// Listens on `port`, or a free one; refuses everybody with 403 if `refuses`.
    init(port: Int = 0, refuses: Bool = false) async throws {
        let box = Mutex<SoundServer?>(nil)
        let shared = Shared(server: box)
        let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard let server = shared.server.withLock({ $0 }) else { throw ChannelError.ioOnClosedChannel }
                    try server.prepare(channel, refuses: refuses)
                }
            }
            .bind(host: "127.0.0.1", port: port)
            .get()
        self.port = channel.localAddress?.port ?? 0
        listener.withLock { $0 = channel }
        shared.server.withLock { $0 = self }
    }

    private final class Shared: Sendable {
        let server: Mutex<SoundServer?>

        init(server: consuming Mutex<SoundServer?>) { self.server = server }
    }

    private func prepare(_ channel: any Channel, refuses: Bool) throws {
        children.withLock { $0.append(channel) }
        guard !refuses else {
            try channel.pipeline.syncOperations.configureHTTPServerPipeline()
            return try channel.pipeline.syncOperations.addHandler(Refusal())
        }
        let upgrader = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, head in
                let visit = Visit(contentType: head.headers.first(name: "Content-Type"), path: head.uri)
                self.visits.withLock { $0.append(visit) }
                return channel.eventLoop.makeSucceededFuture(HTTPHeaders())
            },
            upgradePipelineHandler: { channel, _ in
                channel.eventLoop.makeCompletedFuture {
                    let number = self.visits.withLock { $0.count - 1 }
                    try channel.pipeline.syncOperations.addHandler(Listener(server: self, number: number))
                }
            }
        )
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withServerUpgrade: (
                upgraders: [upgrader],
                completionHandler: { _ in }
            )
        )
    }

    /// Breaks all connections; new ones are taken.
    func disconnect() {
        for channel in children.withLock({ $0 }) { channel.close(promise: nil) }
    }

    /// Ends it.
    func stop() async {
        disconnect()
        try? await listener.withLock { $0 }?.close().get()
    }

    private final class Refusal: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .end = unwrapInboundIn(data) else { return }
            let head = HTTPResponseHead(version: .http1_1, status: .forbidden, headers: ["Content-Length": "0"])
            context.write(wrapOutboundOut(.head(head)), promise: nil)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private final class Listener: ChannelInboundHandler {
        typealias InboundIn = WebSocketFrame
        typealias OutboundOut = WebSocketFrame

        private let server: SoundServer
        private let number: Int

        init(server: SoundServer, number: Int) {
            self.server = server
            self.number = number
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let frame = unwrapInboundIn(data)
            var content = frame.unmaskedData
            server.visits.withLock { visits in
                switch frame.opcode {
                case .binary: visits[number].sound += content.readableBytesView
                case .text: visits[number].texts.append(String(buffer: content))
                case .connectionClose:
                    visits[number].closeCode = content.readWebSocketErrorCode().map { UInt16(webSocketErrorCode: $0) }
                default: break
                }
            }
            if case .connectionClose = frame.opcode { context.close(promise: nil) }
        }
    }
}
