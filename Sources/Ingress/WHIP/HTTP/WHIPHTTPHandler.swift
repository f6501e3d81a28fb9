import Logging
import NIOCore
import NIOHTTP1

/// One client's HTTP connection: collects requests, sends answers.
///
/// Requests come one at a time: `HTTPServerPipelineHandler`, before it in the pipeline, holds the next one back until
/// this one is answered. One timer bounds whatever is being waited for.
final class WHIPHTTPHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Waiting for a request. Next: receiving, discarding.
        case idle
        /// A request is coming in. Next: answering, discarding.
        case receiving(HTTPRequestHead, ByteBuffer)
        /// The answer is being made. Next: idle, discarding.
        case answering(isKeptAlive: Bool, isHead: Bool)
        /// The connection ends once the client has seen the answer; what it still sends is of no interest.
        case discarding
    }

    private let endpoint: WHIPEndpoint
    private let limits: WHIPLimits
    private let logger: Logger
    private var state = State.idle
    private var timer: Scheduled<Void>?
    /// Counts requests: an answer that comes too late must not be given to another.
    private var number = 0

    init(endpoint: WHIPEndpoint) {
        self.endpoint = endpoint
        limits = endpoint.configuration.limits
        logger = endpoint.logger
    }

    // MARK: Receiving

    func handlerAdded(context: ChannelHandlerContext) {
        closeUnlessHeard(within: limits.requestTimeout, context: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle): begin(head, context: context)
        case (.body(var bytes), .receiving(let head, var body)):
            guard body.readableBytes + bytes.readableBytes <= limits.body else {
                return refuseUnread(isHead: head.method == .HEAD, tooLarge, context)
            }
            // Appending must not copy what is there already.
            state = .idle
            body.writeBuffer(&bytes)
            state = .receiving(head, body)
        case (.end, .receiving(let head, let body)): handle(head, body: body, context: context)
        default: break
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        state = .discarding
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error, state) {
        case (let error as HTTPParserError, .idle), (let error as HTTPParserError, .receiving):
            refuseUnread(isHead: false, malformed(error), context)
        // What follows a request that cannot be read is read nevertheless, so that the client sees the answer.
        case (is HTTPParserError, _), (is ByteToMessageDecoderError, .discarding): break
        default:
            logger.debug("WHIP client's connection ended", metadata: ["error": "\(error)"])
            context.close(promise: nil)
        }
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let isHead = head.method == .HEAD
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) }
        if let length, length > limits.body { return refuseUnread(isHead: isHead, tooLarge, context) }
        let needsBody = head.method == .POST || head.method == .PATCH
        if needsBody, length == nil, !head.headers.contains(name: "Transfer-Encoding") {
            let text = "\(head.method.rawValue) needs a body, and Content-Length to say how long it is"
            return refuseUnread(isHead: isHead, WHIPRefusal(status: 411, message: text), context)
        }
        state = .receiving(head, ByteBuffer())
        if head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            let goOn = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
        }
        closeUnlessHeard(within: limits.requestTimeout, context: context)
    }

    private var tooLarge: WHIPRefusal {
        WHIPRefusal(status: 413, message: "the body is larger than \(limits.body) bytes")
    }

    private func malformed(_ error: HTTPParserError) -> WHIPRefusal {
        guard error == .headerOverflow else { return .malformed("this is no request of HTTP/1.1") }
        let most = "\(limits.headerCount) headers and \(limits.headers) bytes"
        return WHIPRefusal(status: 431, message: "the request line and the headers are more than \(most)")
    }

    private func refuseUnread(isHead: Bool, _ refusal: WHIPRefusal, _ context: ChannelHandlerContext) {
        state = .answering(isKeptAlive: false, isHead: isHead)
        respond(.refusal(refusal), context: context)
    }

    // MARK: Answering

    private func handle(_ head: HTTPRequestHead, body: ByteBuffer, context: ChannelHandlerContext) {
        number += 1
        let current = number
        // A parser that has seen the request for an upgrade reads no further (RFC 9110 §7.8).
        let isKeptAlive = head.isKeepAlive && !head.headers.contains(name: "Upgrade")
        state = .answering(isKeptAlive: isKeptAlive, isHead: head.method == .HEAD)
        let request = WHIPHTTPRequest(
            head: head,
            body: Array(body.readableBytesView),
            peerAddress: context.remoteAddress?.ipAddress ?? ""
        )
        let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
        timer?.cancel()
        timer = context.eventLoop.assumeIsolated().scheduleTask(in: limits.answerTimeout) {
            self.giveUp(context: bound.value)
        }
        // Not structured: a channel handler cannot wait. The gate and the loop of the sessions decide; the timer above
        // bounds how long.
        let answer = context.eventLoop.makeFutureWithTask { [endpoint] in await endpoint.respond(to: request) }
        answer.assumeIsolated().whenSuccess { response in
            guard self.number == current else { return }
            self.respond(response, context: bound.value)
        }
    }

    private func giveUp(context: ChannelHandlerContext) {
        guard case .answering(_, let isHead) = state else { return }
        state = .answering(isKeptAlive: false, isHead: isHead)
        respond(.refusal(.timeout), context: context)
    }

    private func respond(_ response: WHIPResponse, context: ChannelHandlerContext) {
        guard case .answering(let isKeptAlive, let isHead) = state else { return }
        var head = HTTPResponseHead(
            version: .http1_1,
            status: HTTPResponseStatus(statusCode: response.status),
            headers: response.sentHeaders
        )
        if response.status != 204 { head.headers.add(name: "Content-Length", value: String(response.body.count)) }
        if !isKeptAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !response.body.isEmpty, !isHead {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        if isKeptAlive {
            state = .idle
            closeUnlessHeard(within: limits.keepAlive, context: context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        } else {
            state = .discarding
            closeUnlessHeard(within: limits.linger, context: context)
            let sent = context.eventLoop.makePromise(of: Void.self)
            let channel = context.channel
            // Closing both ways with bytes unread would make the kernel reset the connection, answer and all.
            sent.futureResult.whenComplete { _ in channel.close(mode: .output, promise: nil) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: sent)
        }
    }

    private func closeUnlessHeard(within time: TimeAmount, context: ChannelHandlerContext) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: time) { channel.close(promise: nil) }
    }
}
