import NIOCore
import NIOWebSocket

/// Lets masked frames through only: a client must mask what it sends (RFC 6455 §5.1).
///
/// Stands before the frames of a message are put together, for the mask is gone after that.
final class MaskedFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias InboundOut = WebSocketFrame

    /// A frame was not masked.
    struct Violation: Error {}

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if unwrapInboundIn(data).maskKey != nil {
            context.fireChannelRead(data)
        } else {
            context.fireErrorCaught(Violation())
        }
    }
}
