import NIOCore
import NIOWebSocket

/// The receiving side of a WebSocket that only sends: answers pings, and notices the end.
final class WebSocketFrames: ChannelInboundHandler {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    /// Larger messages break the connection: nothing that is received is of interest.
    static let largestFrame = 1 << 16

    private let onWritable: () -> Void
    private let onClose: (String) -> Void
    private var reason = "the server closed the connection"
    private var isClosed = false

    init(onWritable: @escaping () -> Void, onClose: @escaping (String) -> Void) {
        self.onWritable = onWritable
        self.onClose = onClose
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var frame = unwrapInboundIn(data)
        switch frame.opcode {
        case .ping:
            let pong = WebSocketFrame(fin: true, opcode: .pong, maskKey: .random(), data: frame.unmaskedData)
            context.writeAndFlush(wrapOutboundOut(pong), promise: nil)
        case .connectionClose:
            if let code = frame.data.readWebSocketErrorCode() {
                reason = "the server closed the WebSocket with code \(UInt16(webSocketErrorCode: code))"
            }
            context.close(promise: nil)
        default: break
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if context.channel.isWritable { onWritable() }
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isClosed { onClose(reason) }
        isClosed = true
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        reason = "\(error)"
        context.close(promise: nil)
    }
}
