import NIOCore

/// One side of a relay: hands what comes in to the other side, as fast as that takes it.
final class RelayHandler: ChannelInboundHandler, @unchecked Sendable {
    // Sendable: both sides are used on one event loop alone.
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Bytes that may come before the other side is there.
    private static let early = 64 << 10

    private var partner: RelayHandler?
    private var context: ChannelHandlerContext?
    private var waiting = ByteBuffer()
    private var filter: RTSPReplyFilter?
    private let onFailure: @Sendable (PullFailure) -> Void

    init(filter: RTSPReplyFilter? = nil, onFailure: @escaping @Sendable (PullFailure) -> Void) {
        self.filter = filter
        self.onFailure = onFailure
    }

    /// Joins the two sides; false if the other has one already.
    static func join(_ left: RelayHandler, _ right: RelayHandler) -> Bool {
        guard left.partner == nil, right.partner == nil else { return false }
        left.partner = right
        right.partner = left
        left.flushWaiting()
        right.flushWaiting()
        if left.context == nil || right.context == nil { left.close() }
        return true
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func handlerRemoved(context: ChannelHandlerContext) { self.context = nil }

    func channelActive(context: ChannelHandlerContext) {
        // The listener has its one connection. Before this it would take the connection with it.
        context.channel.parent?.close(promise: nil)
        context.fireChannelActive()
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let buffer = unwrapInboundIn(data)
        do throws(PullFailure) {
            try filter?.check(buffer.readableBytesView)
        } catch {
            onFailure(error)
            return close()
        }
        guard let partner else {
            waiting.writeImmutableBuffer(buffer)
            if waiting.readableBytes > Self.early { close() }
            return
        }
        partner.write(buffer)
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        partner?.read(context.channel.isWritable)
        context.fireChannelWritabilityChanged()
    }

    func channelInactive(context: ChannelHandlerContext) {
        close()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        onFailure(PullFailure(.unavailable, "the connection broke: \(error)"))
        close()
    }

    private func flushWaiting() {
        guard waiting.readableBytes > 0 else { return }
        partner?.write(waiting)
        waiting.clear()
    }

    private func write(_ buffer: ByteBuffer) {
        context?.writeAndFlush(wrapOutboundOut(buffer), promise: nil)
    }

    private func read(_ isWanted: Bool) {
        context?.channel.setOption(.autoRead, value: isWanted).whenFailure { _ in }
    }

    /// Closes both sides.
    private func close() {
        let other = partner
        partner = nil
        other?.partner = nil
        context?.close(promise: nil)
        other?.context?.close(promise: nil)
    }
}
