import Foundation
import Ingress
import NIOCore
import NIOPosix
import Synchronization

/// A TCP client that sends what it is told and keeps what it hears.
final class RTMPTestClient: Sendable {
    private let channel: any Channel
    private let heard: Heard

    private final class Heard: ChannelInboundHandler, Sendable {
        typealias InboundIn = ByteBuffer
        let bytes = Mutex<[UInt8]>([])
        let news = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
        /// Closes by itself once it has heard this.
        let last: String?

        init(last: String?) { self.last = last }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let new = unwrapInboundIn(data)
            let isLast = bytes.withLock { bytes in
                bytes += new.readableBytesView
                return last.map { Self.holds(bytes, $0) } ?? false
            }
            news.continuation.yield()
            if isLast { context.close(promise: nil) }
        }

        /// Whether that text is among the bytes.
        static func holds(_ bytes: [UInt8], _ text: String) -> Bool {
            Data(bytes).range(of: Data(text.utf8)) != nil
        }

        func has(_ text: String) -> Bool { bytes.withLock { Self.holds($0, text) } }

        var text: String { bytes.withLock { String(decoding: $0, as: UTF8.self) } }
    }

    private init(channel: any Channel, heard: Heard) {
        self.channel = channel
        self.heard = heard
    }

    static func connect(to port: Int, sending bytes: [UInt8], closingAt last: String? = nil) async throws
        -> RTMPTestClient
    {
        let heard = Heard(last: last)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .channelInitializer { channel in
                channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(heard) }
            }
            .connect(host: "127.0.0.1", port: port).get()
        let client = RTMPTestClient(channel: channel, heard: heard)
        client.send(bytes)
        return client
    }

    func send(_ bytes: [UInt8]) {
        channel.writeAndFlush(channel.allocator.buffer(bytes: bytes), promise: nil)
    }

    func close() async { try? await channel.close() }

    /// Waits for the connection's end, and gives what was heard as text.
    func end() async -> String {
        try? await channel.closeFuture.get()
        return heard.text
    }

    /// Waits until this was heard.
    func hears(_ text: String) async {
        while !heard.has(text) {
            var news = heard.news.stream.makeAsyncIterator()
            await news.next()
        }
    }
}
