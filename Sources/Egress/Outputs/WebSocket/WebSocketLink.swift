import Media
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL
import NIOWebSocket

/// One connection of a WebSocket client.
///
/// It reports `opened` at most once and `closed` once, on its event loop; nothing after ``close()``.
final class WebSocketLink: @unchecked Sendable {  // its state is touched on its event loop only, which `loop` checks
    /// What happens to it.
    enum Event {
        case opened
        /// There is room again for what was held back.
        case writable
        /// It could not be opened, or broke.
        case closed(String)
    }

    private let loop: any EventLoop
    private let address: WebSocketAddress
    private var report: ((Event) -> Void)?
    private var channel: (any Channel)?
    private var isOpen = false

    /// Connects; `limit` bounds the time until it is open.
    init(
        to address: WebSocketAddress,
        trust: StreamTrust,
        limit: TimeAmount,
        on loop: any EventLoop,
        report: @escaping (Event) -> Void
    ) {
        loop.preconditionInEventLoop()
        self.loop = loop
        self.address = address
        self.report = report
        connect(trust: trust, limit: limit)
    }

    /// Whether more can be sent without piling it up.
    var isWritable: Bool { isOpen && channel?.isWritable == true }

    /// Sends a message or a control frame.
    func send(_ opcode: WebSocketOpcode, _ bytes: [UInt8]) {
        loop.preconditionInEventLoop()
        guard isOpen, let channel else { return }
        let data = channel.allocator.buffer(bytes: bytes)
        let frame = WebSocketFrame(fin: true, opcode: opcode, maskKey: .random(), data: data)
        // A write that fails closes the channel, which is reported.
        channel.writeAndFlush(frame, promise: nil)
    }

    /// Says goodbye, after everything that was sent, and gives the server a moment to answer.
    func close(patience: TimeAmount) -> EventLoopFuture<Void> {
        loop.preconditionInEventLoop()
        report = nil
        guard let channel else { return loop.makeSucceededVoidFuture() }
        guard isOpen else { return channel.close().recover { _ in } }
        isOpen = false
        var code = channel.allocator.buffer(capacity: 2)
        code.write(webSocketErrorCode: .normalClosure)
        let frame = WebSocketFrame(fin: true, opcode: .connectionClose, maskKey: .random(), data: code)
        channel.writeAndFlush(frame, promise: nil)
        let timer = loop.scheduleTask(in: patience) { channel.close(promise: nil) }
        return channel.closeFuture.always { _ in timer.cancel() }.recover { _ in }
    }

    /// Closes it without goodbye; the end is reported.
    func abort(_ reason: String) {
        loop.preconditionInEventLoop()
        closed(reason)
    }

    private func connect(trust: StreamTrust, limit: TimeAmount) {
        let timer = loop.scheduleTask(in: limit) { [self] in
            if !isOpen { closed("the server did not answer in \(limit.nanoseconds / 1_000_000_000) s") }
        }
        let security: NIOSSLContext?
        do {
            security = try address.isSecure ? Self.security(trust) : nil
        } catch {
            timer.cancel()
            // Reported as everything else is: not before `init` has returned.
            return loop.execute { [self] in closed("\(error)") }
        }
        ClientBootstrap(group: loop)
            .connectTimeout(limit)
            .channelOption(.tcpOption(.tcp_nodelay), value: 1)
            .channelInitializer { [self] channel in
                channel.eventLoop.makeCompletedFuture { try prepare(channel, security) }
            }
            .connect(host: address.host, port: address.port)
            .whenFailure { [self] error in closed("\(error)") }
    }

    private static func security(_ trust: StreamTrust) throws -> NIOSSLContext {
        var configuration = TLSConfiguration.makeClientConfiguration()
        if let authorities = trust.authorities { configuration.trustRoots = .file(authorities) }
        return try NIOSSLContext(configuration: configuration)
    }

    private func prepare(_ channel: any Channel, _ security: NIOSSLContext?) throws {
        guard report != nil else { throw ChannelError.alreadyClosed }
        self.channel = channel
        let pipeline = channel.pipeline.syncOperations
        if let security {
            // A server name may only be a name; a certificate for an address is checked without it.
            let isAddress = (try? SocketAddress(ipAddress: address.host, port: 0)) != nil
            let name = isAddress ? nil : address.host
            try pipeline.addHandler(NIOSSLClientHandler(context: security, serverHostname: name))
        }
        let request = WebSocketRequest(address: address) { [self] reason in closed(reason) }
        let bound = NIOLoopBound(request, eventLoop: loop)
        let upgrader = NIOWebSocketClientUpgrader(
            requestKey: NIOWebSocketClientUpgrader.randomRequestKey(),
            maxFrameSize: WebSocketFrames.largestFrame,
            automaticErrorHandling: true
        ) { [self] channel, _ in
            channel.eventLoop.makeCompletedFuture { try opened(channel) }
        }
        try pipeline.addHTTPClientHandlers(
            leftOverBytesStrategy: .forwardBytes,
            withClientUpgrade: (
                upgraders: [upgrader],
                completionHandler: { context in
                    bound.value.retire()
                    context.pipeline.syncOperations.removeHandler(bound.value, promise: nil)
                }
            )
        )
        try pipeline.addHandler(request)
    }

    private func opened(_ channel: any Channel) throws {
        let frames = WebSocketFrames(
            onWritable: { [self] in report?(.writable) },
            onClose: { [self] reason in closed(reason) }
        )
        try channel.pipeline.syncOperations.addHandler(frames)
        isOpen = true
        report?(.opened)
    }

    private func closed(_ reason: String) {
        // Closing comes back here: the first reason is the one that counts.
        let (channel, report) = (channel, report)
        isOpen = false
        self.channel = nil
        self.report = nil
        channel?.close(promise: nil)
        report?(.closed(reason))
    }
}
