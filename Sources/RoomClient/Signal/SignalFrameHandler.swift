import NIOCore
import NIOWebSocket

/// Turns the frames of an open WebSocket into messages, and answers pings.
final class SignalFrameHandler: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Largest message taken: twice what servers send, since a join of a very large room is one message.
    static let maximumMessageSize = 4 << 20
    /// Most fragments of one message.
    static let maximumFragments = 4096

    private let onMessage: (ByteBuffer) -> Void
    private let onClose: () -> Void
    private var isClosed = false

    init(onMessage: @escaping (ByteBuffer) -> Void, onClose: @escaping () -> Void) {
        self.onMessage = onMessage
        self.onClose = onClose
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .binary:
            onMessage(frame.unmaskedData)
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            context.close(promise: nil)
        default:
            break  // pongs, and text frames, which servers send only to clients that send text
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isClosed { onClose() }
        isClosed = true
        context.fireChannelInactive()
    }

    /// A broken frame or a TLS error leaves the stream unusable.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
