import NIOCore
import NIOHTTP1
import NIOWebSocket

/// Turns an HTTP connection into a WebSocket (RFC 6455 §4.2), on whichever of its requests asks for it.
///
/// NIO's own upgrade handler looks at the first request of a connection only; clients with a connection pool ask on a
/// later one. So its handshake is used, and the handlers are exchanged here.
struct WebSocketUpgrade {
    private let limits: SignalLimits
    private let encoder: HTTPResponseEncoder
    private let decoder: ByteToMessageHandler<HTTPRequestDecoder>
    private let extraHandlers: [any RemovableChannelHandler]

    /// Knows the HTTP handlers that have to go: the encoder last, for it writes the answer.
    init(
        limits: SignalLimits,
        encoder: HTTPResponseEncoder,
        decoder: ByteToMessageHandler<HTTPRequestDecoder>,
        extraHandlers: [any RemovableChannelHandler]
    ) {
        self.limits = limits
        self.encoder = encoder
        self.decoder = decoder
        self.extraHandlers = extraHandlers
    }

    /// The headers of the answer to a handshake; fails when the handshake is wrong.
    func headers(for head: HTTPRequestHead, channel: any Channel) -> EventLoopFuture<HTTPHeaders>.Isolated {
        let handshake = NIOWebSocketServerUpgrader(
            shouldUpgrade: { channel, _ in channel.eventLoop.makeSucceededFuture([:]) },
            upgradePipelineHandler: { channel, _ in channel.eventLoop.makeSucceededVoidFuture() }
        )
        let initial: HTTPHeaders = ["Connection": "upgrade", "Upgrade": "websocket"]
        return handshake.buildUpgradeResponse(channel: channel, upgradeRequest: head, initialResponseHeaders: initial)
            .assumeIsolated()
    }

    /// Exchanges the handlers and answers; `completion` runs when the socket is in place.
    func perform(
        _ headers: HTTPHeaders,
        head: HTTPRequestHead,
        socket: SignalSocket,
        context: ChannelHandlerContext,
        completion: @escaping (ChannelHandlerContext) -> Void
    ) {
        let pipeline = context.pipeline.syncOperations
        for handler in extraHandlers { pipeline.removeHandler(handler).whenFailure { _ in } }
        // Removing the decoder hands on what it has not parsed: bytes of the first frames.
        pipeline.removeHandler(decoder).assumeIsolated().whenComplete { result in
            guard case .success = result, context.channel.isActive else {
                context.close(promise: nil)
                return
            }
            let answer = HTTPResponseHead(version: .http1_1, status: .switchingProtocols, headers: headers)
            context.write(HTTPConnection.wrapOutboundOut(.head(answer)), promise: nil)
            context.writeAndFlush(HTTPConnection.wrapOutboundOut(.end(nil)), promise: nil)
            pipeline.removeHandler(encoder).assumeIsolated().whenComplete { _ in
                do {
                    try pipeline.addHandlers(handlers(for: socket))
                    completion(context)
                } catch {
                    context.close(promise: nil)
                }
            }
        }
    }

    private func handlers(for socket: SignalSocket) -> [any ChannelHandler] {
        [
            WebSocketFrameEncoder(),
            ByteToMessageHandler(WebSocketFrameDecoder(maxFrameSize: limits.messageBytes)),
            MaskedFrames(),
            NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0,
                maxAccumulatedFrameCount: limits.framesPerMessage,
                maxAccumulatedFrameSize: limits.messageBytes
            ),
            socket,
        ]
    }
}
