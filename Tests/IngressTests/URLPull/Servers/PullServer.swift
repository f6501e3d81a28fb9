import NIOCore
import NIOHTTP1
import NIOPosix
import Synchronization

/// An HTTP server on a loopback address whose answers a test gives.
final class PullServer: Sendable {
    struct Reply: Sendable {
        var status = 200
        var headers: [(String, String)] = []
        var body: [UInt8] = []
        /// Sent without a length.
        var isChunked = false
        /// The connection is closed after so many bytes of the body.
        var cut: Int?
        /// Nothing is sent at all.
        var isSilent = false

        static func redirect(to place: String, status: Int = 302) -> Reply {
            Reply(status: status, headers: [("Location", place)])
        }

        static let missing = Reply(status: 404, body: Array("no".utf8))

        static func text(_ text: String, type: String = "application/vnd.apple.mpegurl") -> Reply {
            Reply(headers: [("Content-Type", type)], body: Array(text.utf8))
        }

        /// A file, or the range of it that the request asks for.
        static func file(_ bytes: [UInt8], _ head: HTTPRequestHead, type: String = "video/mp4") -> Reply {
            let type = ("Content-Type", type)
            guard let range = head.headers.first(name: "range"), range.hasPrefix("bytes=") else {
                return Reply(headers: [type], body: bytes)
            }
            let bounds = range.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
            let first = min(Int(bounds[0]) ?? 0, bytes.count)
            let last = min(Int(bounds[1]) ?? bytes.count - 1, bytes.count - 1)
            return Reply(
                status: 206,
                headers: [type, ("Content-Range", "bytes \(first)-\(last)/\(bytes.count)"), ("ETag", "\"1\"")],
                body: Array(bytes[first...max(first, last)])
            )
        }
    }

    typealias Route = @Sendable (HTTPRequestHead) -> Reply

    let address: String
    let port: Int
    private let channel: any Channel
    private let log: Log

    init(at address: String = "127.0.0.1", port: Int = 0, _ route: @escaping Route) async throws {
        self.address = address
        let log = Log()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline()
                    try channel.pipeline.syncOperations.addHandler(
                        Handler {
                            log.add($0)
                            return route($0)
                        }
                    )
                }
            }
            .bind(host: address, port: port).get()
        self.port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }

    var url: String { "http://\(address):\(port)" }

    /// What was asked for so far.
    var requests: [HTTPRequestHead] { log.requests.withLock { $0 } }

    private final class Log: Sendable {
        let requests = Mutex<[HTTPRequestHead]>([])

        func add(_ head: HTTPRequestHead) { requests.withLock { $0.append(head) } }
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = HTTPServerRequestPart
        typealias OutboundOut = HTTPServerResponsePart

        private let route: Route

        init(_ route: @escaping Route) { self.route = route }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            guard case .head(let head) = unwrapInboundIn(data) else { return }
            let reply = route(head)
            guard !reply.isSilent else { return }
            var headers = HTTPHeaders(reply.headers)
            if !reply.isChunked { headers.add(name: "Content-Length", value: "\(reply.body.count)") }
            let status = HTTPResponseStatus(statusCode: reply.status)
            context.write(
                wrapOutboundOut(.head(.init(version: .http1_1, status: status, headers: headers))),
                promise: nil
            )
            let body = ByteBuffer(bytes: reply.body.prefix(reply.cut ?? .max))
            context.writeAndFlush(wrapOutboundOut(.body(.byteBuffer(body))), promise: nil)
            if reply.cut != nil { return context.close(promise: nil) }
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }
    }
}
