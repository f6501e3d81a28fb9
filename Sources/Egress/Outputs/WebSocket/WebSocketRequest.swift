import NIOCore
import NIOHTTP1

/// Asks the server for a WebSocket, and hears why if it does not give one.
final class WebSocketRequest: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let head: HTTPRequestHead
    private var refused: ((String) -> Void)?

    /// `refused` is called at most once, on the channel's event loop.
    init(address: WebSocketAddress, refused: @escaping (String) -> Void) {
        // What LiveKit's egress says of the sound: consumers tell by it what they get.
        let headers: HTTPHeaders = ["Host": address.hostHeader, "Content-Type": "audio/x-raw"]
        head = HTTPRequestHead(version: .http1_1, method: .GET, uri: address.target, headers: headers)
        self.refused = refused
    }

    /// Says that the WebSocket is there.
    func retire() { refused = nil }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        if case .head(let head) = unwrapInboundIn(data) {
            refuse("the server answered \(head.status.code) instead of opening a WebSocket", context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        refuse("the server closed the connection without opening a WebSocket", context)
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        refuse("\(error)", context)
    }

    private func refuse(_ reason: String, _ context: ChannelHandlerContext) {
        let refused = refused
        // Closing comes back here.
        self.refused = nil
        refused?(reason)
        context.close(promise: nil)
    }
}
