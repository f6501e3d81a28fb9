import LiveKitProtocol
import Logging
import NIOCore
import NIOHTTP1
import NIOWebSocket

/// One client's HTTP connection: collects requests, sends answers, becomes a WebSocket.
///
/// Requests come one at a time: `HTTPServerPipelineHandler`, before it in the pipeline, holds the next one back until
/// this one is answered. One timer bounds whatever the client is being waited for.
final class HTTPConnection: ChannelInboundHandler, RemovableChannelHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Waiting for a request. Next: receiving, discarding.
        case idle
        /// A request is coming in. Next: answering, discarding, upgrading.
        case receiving(HTTPRequestHead, ByteBuffer)
        /// The answer is being made. Next: idle, discarding.
        case answering(isKeptAlive: Bool)
        /// The connection ends once the client has seen the answer; what it still sends is of no interest.
        case discarding
        /// The HTTP handlers are being replaced; holds what came after the request. Next: gone.
        case upgrading(SignalSocket, [NIOAny])
        /// The socket has taken over, or the connection is gone.
        case gone
    }

    private let router: EdgeRouter
    private let limits: HTTPLimits
    private let upgrade: WebSocketUpgrade
    private let logger: Logger
    private var state = State.idle
    private var timer: Scheduled<Void>?

    init(router: EdgeRouter, limits: HTTPLimits, upgrade: WebSocketUpgrade, logger: Logger) {
        self.router = router
        self.limits = limits
        self.upgrade = upgrade
        self.logger = logger
    }

    // MARK: - Receiving

    func handlerAdded(context: ChannelHandlerContext) {
        closeUnlessHeard(within: limits.headTimeout, context: context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch state {
        case .upgrading(let socket, let rest):
            state = .upgrading(socket, rest + [data])
        case .discarding, .gone:
            break
        case .idle, .receiving, .answering:
            receive(unwrapInboundIn(data), context: context)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        timer?.cancel()
        if case .upgrading(let socket, _) = state { socket.lost() }
        state = .gone
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // The answer to a malformed request has been sent by the handler before this one.
        logger.debug("connection ended", metadata: ["error": "\(error)"])
        context.close(promise: nil)
    }

    private func receive(_ part: HTTPServerRequestPart, context: ChannelHandlerContext) {
        switch (part, state) {
        case (.head(let head), .idle):
            begin(head, context: context)
        case (.body(var bytes), .receiving(let head, var body)):
            guard body.readableBytes + bytes.readableBytes <= limits.requestBody else {
                refuseUnread(context)
                return
            }
            // Appending must not copy what is there already.
            state = .idle
            body.writeBuffer(&bytes)
            state = .receiving(head, body)
        case (.end, .receiving(let head, let body)):
            timer?.cancel()
            let address = context.remoteAddress?.ipAddress ?? ""
            handle(HTTPRequest(head: head, body: body, peerAddress: address), head: head, context: context)
        default:
            break
        }
    }

    private func begin(_ head: HTTPRequestHead, context: ChannelHandlerContext) {
        let length = head.headers.first(name: "Content-Length").flatMap { Int($0) } ?? 0
        guard length <= limits.requestBody else {
            refuseUnread(context)
            return
        }
        closeUnlessHeard(within: limits.bodyTimeout, context: context)
        state = .receiving(head, ByteBuffer())
        if head.headers[canonicalForm: "expect"].contains(where: { $0.lowercased() == "100-continue" }) {
            let goOn = HTTPResponseHead(version: head.version, status: .continue)
            context.writeAndFlush(wrapOutboundOut(.head(goOn)), promise: nil)
        }
    }

    private func refuseUnread(_ context: ChannelHandlerContext) {
        state = .answering(isKeptAlive: false)
        let text = "request body larger than \(limits.requestBody) bytes"
        respond(.text(.payloadTooLarge, text), context: context)
    }

    // MARK: - Answering

    private func handle(_ request: HTTPRequest, head: HTTPRequestHead, context: ChannelHandlerContext) {
        if request.asksForWebSocket, router.offersWebSocket(at: request.path) {
            open(request, head: head, context: context)
            return
        }
        // A parser that has seen the request for an upgrade reads no further (RFC 9110 §7.8).
        let isUpgrade = head.headers.contains(name: "Upgrade")
        state = .answering(isKeptAlive: head.isKeepAlive && !isUpgrade)
        switch router.handle(request, on: context.eventLoop) {
        case .answer(let response):
            respond(response, to: request, context: context)
        case .pending(let response):
            response.assumeIsolated().whenComplete { result in
                let failed = HTTPResponse.error(.init(.internal, "the request failed"))
                self.respond((try? result.get()) ?? failed, to: request, context: context)
            }
        }
    }

    private func respond(
        _ response: HTTPResponse,
        to request: HTTPRequest? = nil,
        context: ChannelHandlerContext
    ) {
        guard case .answering(let isKeptAlive) = state else { return }
        var response = response
        CrossOrigin.allow(&response)
        var head = HTTPResponseHead(version: .http1_1, status: response.status, headers: response.headers)
        if response.status != .noContent {
            head.headers.replaceOrAdd(name: "Content-Length", value: String(response.body.count))
        }
        if !isKeptAlive { head.headers.replaceOrAdd(name: "Connection", value: "close") }
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !response.body.isEmpty, request?.method != .HEAD {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
        }
        state = isKeptAlive ? .idle : .discarding
        if isKeptAlive {
            closeUnlessHeard(within: limits.keepAlive, context: context)
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        } else {
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

    // MARK: - Becoming a WebSocket

    private func open(_ request: HTTPRequest, head: HTTPRequestHead, context: ChannelHandlerContext) {
        state = .answering(isKeptAlive: false)
        upgrade.headers(for: head, channel: context.channel).whenComplete { result in
            do {
                let headers = try result.get()
                let socket = try self.router.join(request)
                self.state = .upgrading(socket, [])
                self.upgrade.perform(headers, head: head, socket: socket, context: context) { self.hand(over: $0) }
            } catch let failure as JoinFailure {
                self.respond(.failure(failure), to: request, context: context)
            } catch {
                self.respond(.text(.badRequest, "bad WebSocket handshake"), to: request, context: context)
            }
        }
    }

    /// The socket stands behind this handler now: what came after the request is its.
    private func hand(over context: ChannelHandlerContext) {
        guard case .upgrading(_, let rest) = state else { return }
        state = .gone
        for data in rest { context.fireChannelRead(data) }
        context.fireChannelReadComplete()
        context.pipeline.syncOperations.removeHandler(context: context, promise: nil)
    }
}
