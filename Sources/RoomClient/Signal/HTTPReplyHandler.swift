import NIOCore
import NIOHTTP1

/// Sends one GET request when the connection is up and collects its reply.
///
/// For an upgrade the reply is seen only when it was refused: after `101` the handler is taken out of the pipeline.
final class HTTPReplyHandler: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    /// How a request ended.
    enum Outcome {
        /// The server replied with this status and text.
        case reply(status: Int, text: String)
        /// There was no reply.
        case failed(String)
    }

    /// Bytes of a reply that are kept: it is a sentence for people.
    static let maximumTextLength = 1024

    private let head: HTTPRequestHead
    private var status: Int?
    private var text: [UInt8] = []
    private var report: ((Outcome) -> Void)?

    /// `report` is called once, on the channel's event loop.
    init(target: String, headers: HTTPHeaders, report: @escaping (Outcome) -> Void) {
        head = HTTPRequestHead(version: .http1_1, method: .GET, uri: target, headers: headers)
        self.report = report
    }

    /// Says that what follows on this connection is somebody else's.
    func retire() { report = nil }

    func channelActive(context: ChannelHandlerContext) {
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head):
            status = Int(head.status.code)
        case .body(let buffer):
            text += buffer.readableBytesView.prefix(Self.maximumTextLength - min(text.count, Self.maximumTextLength))
        case .end:
            finish()
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        if status != nil { finish() } else { fail("the server closed the connection without a reply") }
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        fail("\(error)")
        context.close(promise: nil)
    }

    private func finish() {
        guard let report, let status else { return }
        self.report = nil
        report(.reply(status: status, text: Self.printable(text)))
    }

    private func fail(_ reason: String) {
        guard let report else { return }
        self.report = nil
        report(.failed(reason))
    }

    /// The reply as one line of printable text: it ends up in logs and error messages.
    private static func printable(_ bytes: [UInt8]) -> String {
        let text = String(decoding: bytes, as: UTF8.self)
        let line = text.unicodeScalars.map { $0.value < 32 || $0.value == 127 ? " " : Character($0) }
        return String(line.prefix(maximumTextLength)).trimmingPrefix { $0 == " " }.description
    }
}
