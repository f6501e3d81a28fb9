internal import MediaWire
internal import NIOCore

/// One ICE-TCP connection: frames of RFC 4571 to datagrams.
///
/// Frames are written by the core. A connection that is not a peer's soon, or sends what no peer would, is closed.
final class TCPHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer

    /// The longest frame: a DTLS record of full size with room to spare; media is far below.
    static let longestFrame = 1 << 14
    /// Connections of all peers together.
    static let connectionLimit = 1024
    /// Time for the first check to arrive.
    static let greetingTimeout: TimeAmount = .seconds(10)

    private let core: HubCore
    private var remote: TransportAddress?
    private var local: TransportAddress?
    private var pending = ByteBuffer()
    private var greeting: Scheduled<Void>?

    init(core: HubCore) {
        self.core = core
    }

    func channelActive(context: ChannelHandlerContext) {
        guard
            let remote = context.remoteAddress.flatMap(TransportAddress.init),
            let local = context.localAddress.flatMap(TransportAddress.init),
            core.connections.count < Self.connectionLimit
        else {
            core.statistics.connectionsRefused += 1
            context.close(promise: nil)
            return
        }
        self.remote = remote
        self.local = local
        core.connections[remote] = context.channel
        let context = NIOLoopBound(context, eventLoop: context.eventLoop)
        greeting = context.value.eventLoop.scheduleTask(in: Self.greetingTimeout) {
            context.value.close(promise: nil)
        }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        var bytes = unwrapInboundIn(data)
        pending.writeBuffer(&bytes)
        guard let remote, let local else { return }
        while let length = pending.getInteger(at: pending.readerIndex, as: UInt16.self) {
            guard length > 0, length <= Self.longestFrame else {
                core.statistics.connectionsRefused += 1
                context.close(promise: nil)
                return
            }
            guard pending.readableBytes >= 2 + Int(length) else { break }
            pending.moveReaderIndex(forwardBy: 2)
            guard let frame = pending.readBytes(length: Int(length)) else { break }
            if core.receive(frame, from: remote, to: local, over: .tcp) {
                greeting?.cancel()
                greeting = nil
            }
        }
        pending.discardReadBytes()
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        core.drain()
    }

    func channelInactive(context: ChannelHandlerContext) {
        greeting?.cancel()
        greeting = nil
        guard let remote, core.connections[remote] === context.channel else { return }
        core.forget(remote)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        context.close(promise: nil)
    }
}
