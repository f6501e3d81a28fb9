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

    init(core: HubCore) {
        self.core = core
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        let envelope = unwrapInboundIn(data)
        guard let remote = TransportAddress(envelope.remoteAddress) else { return }
        core.receive(Array(envelope.data.readableBytesView), from: remote, to: core.udpAddress, over: .udp)
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        core.drain()
    }

    func channelInactive(context: ChannelHandlerContext) {
        // The descriptor is no longer ours.
        core.udp = nil
        core.gathering = nil
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // An ICMP error about one peer is no reason to stop serving the others; its consent checks will tell.
    }
}
