import NIOCore
import NIOHTTP1
import NIOWebSocket
import Signaling

/// The WebSocket over which a client and a room server signal.
///
/// Opening it ends in `opened` or `failed`; after `opened` come messages and at last `closed`. After ``close()`` it
/// reports nothing more. It has no deadline of its own: its owner decides how long an attempt may take.
final class SignalSocket: @unchecked Sendable {  // its state is touched on its event loop only, which `loop` checks
    private let loop: any EventLoop
    private let connection: ServerConnection
    private var report: ((SignalSocketEvent) -> Void)?
    private var channel: (any Channel)?
    private var isOpen = false
    private var closing: EventLoopFuture<Void>?

    /// Opens a socket; `report` is called on the loop.
    init(
        connection: ServerConnection,
        query: SignalQuery,
        token: String,
        on loop: any EventLoop,
        report: @escaping (SignalSocketEvent) -> Void
    ) {
        loop.preconditionInEventLoop()
        self.loop = loop
        self.connection = connection
        self.report = report
        open(query: query, token: token)
    }

    /// Sends a binary message.
    func send(_ message: [UInt8]) {
        loop.preconditionInEventLoop()
        guard isOpen, let channel else { return }  // closing is reported on its own
        let data = channel.allocator.buffer(bytes: message)
        channel.writeAndFlush(
            WebSocketFrame(fin: true, opcode: .binary, maskKey: .random(), data: data),
            promise: nil
        )
    }

    /// Says goodbye and closes; what was sent before goes out first.
    ///
    /// The future succeeds when the socket is closed.
    @discardableResult
    func close() -> EventLoopFuture<Void> {
        loop.preconditionInEventLoop()
        report = nil
        if let closing { return closing }
        let closing = sayGoodbye()
        self.closing = closing
        return closing
    }

    private func sayGoodbye() -> EventLoopFuture<Void> {
        guard let channel else { return loop.makeSucceededVoidFuture() }
        self.channel = nil
        guard isOpen else { return channel.close().recover { _ in } }
        isOpen = false
        var code = channel.allocator.buffer(capacity: 2)
        code.write(webSocketErrorCode: .normalClosure)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code)
        return channel.writeAndFlush(frame).flatMap { channel.close() }.recover { _ in }
    }

    private func open(query: SignalQuery, token: String) {
        let headers: HTTPHeaders = [
            "Host": connection.endpoint.hostHeader,
            "Authorization": "Bearer \(token)",
        ]
        let target = connection.endpoint.target(for: query)
        let validation = HTTPValidation(connection: connection, query: query, token: token)
        let opened = connection.connect(on: loop) { [self] channel in
            self.channel = channel
            try addHandlers(to: channel, target: target, headers: headers, validation: validation)
        }
        opened.whenFailure { [self] error in
            failed(SignalFailure(text: "cannot connect to \(connection.endpoint.hostHeader): \(error)"))
        }
    }

    private func addHandlers(
        to channel: any Channel,
        target: String,
        headers: HTTPHeaders,
        validation: HTTPValidation
    ) throws {
        let reply = HTTPReplyHandler(target: target, headers: headers) { [self] outcome in
            refused(outcome, validation: validation)
        }
        let bound = NIOLoopBound(reply, eventLoop: loop)
        let upgrader = NIOWebSocketClientUpgrader(
            requestKey: NIOWebSocketClientUpgrader.randomRequestKey(),
            maxFrameSize: SignalFrameHandler.maximumMessageSize,
            automaticErrorHandling: true
        ) { [self] channel, _ in
            upgraded(channel)
        }
        try channel.pipeline.syncOperations.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    bound.value.retire()
                    context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                }
            )
        )
        try channel.pipeline.syncOperations.addHandler(reply)
    }

    private func upgraded(_ channel: any Channel) -> EventLoopFuture<Void> {
        channel.eventLoop.makeCompletedFuture {
            let aggregator = NIOWebSocketFrameAggregator(
                minNonFinalFragmentSize: 0,
                maxAccumulatedFrameCount: SignalFrameHandler.maximumFragments,
                maxAccumulatedFrameSize: SignalFrameHandler.maximumMessageSize
            )
            let frames = SignalFrameHandler(
                onMessage: { [self] in report?(.message($0)) },
                onClose: { [self] in closed() }
            )
            try channel.pipeline.syncOperations.addHandlers([aggregator, frames])
            isOpen = true
            report?(.opened)
        }
    }

    /// The server did not upgrade: its validation endpoint says why in words.
    private func refused(_ outcome: HTTPReplyHandler.Outcome, validation: HTTPValidation) {
        switch outcome {
        case .failed(let reason):
            failed(SignalFailure(text: "no WebSocket with \(connection.endpoint.hostHeader): \(reason)"))
        case .reply(let status, let text):
            validation.ask(on: loop).whenSuccess { [self] reason in
                let words = reason ?? (text.isEmpty ? "no reason given" : text)
                failed(SignalFailure(status: status, text: "the server refused the connection: \(status) \(words)"))
            }
        }
    }

    private func failed(_ failure: SignalFailure) {
        guard let report else { return }
        self.report = nil
        channel?.close(promise: nil)
        channel = nil
        report(.failed(failure))
    }

    private func closed() {
        isOpen = false
        channel = nil
        report?(.closed)
        report = nil
    }
}
