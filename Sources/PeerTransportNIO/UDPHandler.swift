internal import MediaWire
internal import NIOCore

/// Hands the datagrams of the hub's socket to its core, and ends the turn with the burst.
final class UDPHandler: ChannelInboundHandler {
    typealias InboundIn = AddressedEnvelope<ByteBuffer>

    /// Datagrams read with one system call.
    static let burst = 32
    /// Room for each; media is below 1500 bytes, and ICE and DTLS keep to it.
    static let datagramCapacity = 2048

    private let core: HubCore
    /// Nil: the channel reads by itself.
    private let interval: TimeAmount?

    init(core: HubCore, interval: TimeAmount?) {
        self.core = core
        self.interval = interval
    }

    func channelActive(context: ChannelHandlerContext) {
        if interval != nil { context.read() }
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let remote = TransportAddress(envelope.remoteAddress) else { return }
        core.receive(Array(envelope.data.readableBytesView), from: remote, to: core.udpAddress, over: .udp)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        core.drain()
        guard let interval else { return }
        context.eventLoop.assumeIsolated().scheduleTask(in: interval) { context.read() }
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The descriptor is no longer ours.
        core.udp = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP error about one peer is no reason to stop serving the others; its consent checks will tell.
    }
}
