import NIOCore
import NIOHTTP1

/// Bounds what comes before a response's head is complete: a server may send headers without end.
final class ResponseHeadLimit: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias InboundOut = ByteBuffer

    /// Bytes of a head, informational responses before it included.
    static let bytes = 64 << 10

    /// The head is complete.
    var isOver = false
    private var count = 0

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if !isOver {
            guard count <= Self.bytes else {
                context.fireErrorCaught(
                    PullFailure(.excessive, "the server sends more than \(Self.bytes) bytes of headers")
                )
                return context.close(promise: nil)
            }
            count += unwrapInboundIn(data).readableBytes
        }
        context.fireChannelRead(data)
    }
}

/// Sends one request and hands the response to a pipe.
final class PullResponseHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private let place: String
    private let pipe: ResponsePipe
    private let limit: ResponseHeadLimit
    private var isComplete = false

    init(head: HTTPRequestHead, place: String, pipe: ResponsePipe, limit: ResponseHeadLimit) {
        self.head = head
        self.place = place
        self.pipe = pipe
        self.limit = limit
    }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            limit.isOver = true
            pipe.push(.head(head))
        case .body(let buffer): pipe.push(.body(buffer))
        case .end:
            isComplete = true
            pipe.push(.end)
            context.close(promise: nil)
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        pipe.fail(error as? PullFailure ?? PullFailure(.unavailable, "\(place) broke off: \(error)"))
        context.close(promise: nil)
    }

    func channelInactive(context: ChannelHandlerContext) {
        if !isComplete { pipe.fail(PullFailure(.unavailable, "\(place) closed the connection")) }
        context.fireChannelInactive()
    }
}
