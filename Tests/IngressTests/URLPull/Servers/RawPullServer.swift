import NIOCore
import NIOPosix

/// A TCP server on 127.0.0.1 that sends whatever a test wants, HTTP or not.
final class RawPullServer: Sendable {
    let port: Int
    private let channel: any Channel

    /// `first` is sent once the client has sent something, then `endless` again and again.
    init(first: String, endless: String? = nil) async throws {
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(first: first, endless: endless))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private let first: String
        private let endless: String?
        private var hasBegun = false

        init(first: String, endless: String?) {
            self.first = first
            self.endless = endless
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard !hasBegun else { return }
            hasBegun = true
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: first)), promise: nil)
            fill(context)
        }

        func channelWritabilityChanged(context: ChannelHandlerContext) { fill(context) }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func fill(_ context: ChannelHandlerContext) {
            guard let endless, hasBegun else { return }
            while context.channel.isActive, context.channel.isWritable {
                context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: endless)), promise: nil)
            }
        }
    }
}
