import LiveKitProtocol
import Logging
import NIOCore
import NIOWebSocket
import SwiftProtobuf

/// One client's signalling WebSocket.
///
/// It exists before the upgrade: the rooms decide about a join first, and what they send meanwhile is kept. Then it is a
/// channel handler until the connection ends. It turns frames into requests and responses into frames, answers pings of
/// the protocol and of WebSocket itself, and bounds what either side may pile up. Confined to its event loop.
final class SignalSocket: ChannelInboundHandler, SignalConnection {
    typealias InboundIn = WebSocketFrame
    typealias OutboundOut = WebSocketFrame

    private enum State {
        /// Not upgraded yet; holds what was sent. Next: open, closed.
        case opening([Livekit_SignalResponse], closes: Bool)
        /// Frames flow. Next: closing, closed.
        case open(ChannelHandlerContext)
        /// The close frame is out, the connection not closed yet. Next: closed.
        case closing(ChannelHandlerContext)
        /// The connection is gone.
        case closed
    }

    private let limits: SignalLimits
    private let unixMilliseconds: () -> Int64
    private let logger: Logger
    private var state = State.opening([], closes: false)
    private var receiver: (any SignalReceiver)?
    /// Responses mirror the client's last message; before its first one they are binary.
    private var coding = SignalCoding.binary
    private var unsentBytes = 0
    private var lastHeard = NIODeadline.distantPast
    private var nextPing: Scheduled<Void>?

    init(limits: SignalLimits, unixMilliseconds: @escaping () -> Int64, logger: Logger) {
        self.limits = limits
        self.unixMilliseconds = unixMilliseconds
        self.logger = logger
    }

    /// Says where requests go: called once, before the upgrade.
    func bind(to receiver: any SignalReceiver) {
        self.receiver = receiver
    }

    // MARK: - Sending

    func send(_ response: Livekit_SignalResponse) {
        switch state {
        case .opening(let responses, let closes):
            state = .opening(responses + [response], closes: closes)
        case .open(let context):
            write(response, to: context)
        case .closing, .closed:
            break
        }
    }

    func close() {
        receiver = nil
        switch state {
        case .opening(let responses, _):
            state = .opening(responses, closes: true)
        case .open(let context):
            close(context, code: .normalClosure, reason: "")
        case .closing, .closed:
            break
        }
    }

    private func write(_ response: Livekit_SignalResponse, to context: ChannelHandlerContext) {
        guard let bytes = coding.encode(response) else {
            logger.error("a signal response cannot be encoded")
            return
        }
        let opcode: WebSocketOpcode = coding == .binary ? .binary : .text
        write(opcode, ByteBuffer(bytes: bytes), to: context)
    }

    private func write(_ opcode: WebSocketOpcode, _ data: ByteBuffer, to context: ChannelHandlerContext) {
        let size = data.readableBytes
        guard unsentBytes + size <= limits.unsentBytes else {
            logger.info("client reads too slowly", metadata: ["unsent": "\(unsentBytes)"])
            // A close frame would only queue behind what is not read.
            lost()
            context.close(promise: nil)
            return
        }
        unsentBytes += size
        let frame = WebSocketFrame(fin: true, opcode: opcode, data: data)
        let written = context.eventLoop.makePromise(of: Void.self)
        written.futureResult.assumeIsolated().whenComplete { [weak self] _ in self?.unsentBytes -= size }
        context.writeAndFlush(wrapOutboundOut(frame), promise: written)
    }

    private func close(_ context: ChannelHandlerContext, code: WebSocketErrorCode, reason: String) {
        state = .closing(context)
        nextPing?.cancel()
        var data = context.channel.allocator.buffer(capacity: 2 + reason.utf8.count)
        data.write(webSocketErrorCode: code)
        data.writeString(reason)
        write(.connectionClose, data, to: context)
        // The client answers with a close frame of its own; one that does not is not waited for.
        let channel = context.channel
        context.eventLoop.scheduleTask(in: limits.closeTimeout) { channel.close(promise: nil) }
    }

    // MARK: - Receiving

    func handlerAdded(context: ChannelHandlerContext) {
        guard case .opening(let responses, let closes) = state else { return }
        state = .open(context)
        lastHeard = .now()
        for response in responses { send(response) }
        if closes {
            close()
            return
        }
        scheduleKeepAlive(context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        lastHeard = .now()
        let frame = unwrapInboundIn(data)
        guard case .open = state else {
            // The answer to our close frame, or what was under way when it was sent.
            if case .closing = state, frame.opcode == .connectionClose { context.close(promise: nil) }
            return
        }
        switch frame.opcode {
        case .binary: receive(frame.unmaskedData, as: .binary, context: context)
        case .text: receive(frame.unmaskedData, as: .text, context: context)
        case .ping: write(.pong, frame.unmaskedData, to: context)
        case .pong: break
        case .connectionClose: clientCloses(context)
        default: fail(context, code: .protocolError, reason: "unexpected frame")
        }
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch error {
        case NIOWebSocketError.invalidFrameLength, is NIOWebSocketFrameAggregator.Error:
            fail(context, code: .messageTooLarge, reason: "a message may have \(limits.messageBytes) bytes")
        case is MaskedFrames.Violation:
            fail(context, code: .protocolError, reason: "frames must be masked")
        case is NIOWebSocketError:
            fail(context, code: .protocolError, reason: "malformed frame")
        default:
            context.close(promise: nil)
        }
    }

    func channelInactive(context: ChannelHandlerContext) {
        lost()
        context.fireChannelInactive()
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        lost()
    }

    /// The connection is gone; also called when it goes before the upgrade is done.
    func lost() {
        state = .closed
        nextPing?.cancel()
        receiver?.connectionClosed()
        receiver = nil
    }

    private func receive(_ data: ByteBuffer, as coding: SignalCoding, context: ChannelHandlerContext) {
        self.coding = coding
        guard let request = coding.decode(Array(data.readableBytesView)) else {
            fail(context, code: .dataInconsistentWithMessage, reason: "not a SignalRequest")
            return
        }
        switch request.message {
        case .ping:
            send(.with { $0.pong = unixMilliseconds() })
        case .pingReq(let ping):
            send(
                .with {
                    $0.pongResp.lastPingTimestamp = ping.timestamp
                    $0.pongResp.timestamp = unixMilliseconds()
                }
            )
        case nil:
            break
        default:
            receiver?.receive(request)
        }
    }

    private func clientCloses(_ context: ChannelHandlerContext) {
        let receiver = receiver
        self.receiver = nil
        close(context, code: .normalClosure, reason: "")
        receiver?.connectionClosed()
    }

    private func fail(_ context: ChannelHandlerContext, code: WebSocketErrorCode, reason: String) {
        guard case .open = state else { return }
        logger.info("signal connection closed", metadata: ["reason": "\(reason)"])
        let receiver = receiver
        self.receiver = nil
        close(context, code: code, reason: reason)
        receiver?.connectionClosed()
    }

    private func scheduleKeepAlive(_ context: ChannelHandlerContext) {
        nextPing = context.eventLoop.assumeIsolated().scheduleTask(in: limits.pingInterval) { [weak self] in
            self?.keepAlive()
        }
    }

    private func keepAlive() {
        guard case .open(let context) = state else { return }
        guard lastHeard + limits.silence > .now() else {
            logger.info(
                "signal connection silent",
                metadata: ["seconds": "\(limits.silence.nanoseconds / 1_000_000_000)"]
            )
            lost()
            context.close(promise: nil)
            return
        }
        write(.ping, ByteBuffer(), to: context)
        scheduleKeepAlive(context)
    }
}
