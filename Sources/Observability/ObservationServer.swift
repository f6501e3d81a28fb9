public import Logging
import NIOCore
import NIOHTTP1
public import NIOPosix

/// A small HTTP server for operators' tools: metrics, health, readiness.
///
/// It answers GET and HEAD and nothing else, one request at a time on each connection.
public final class ObservationServer: Sendable {
    /// An answer.
    public struct Response: Sendable, Hashable {
        /// The HTTP status.
        public var status: Int
        /// What the body is.
        public var contentType: String
        /// The body.
        public var body: String

        /// An answer.
        public init(status: Int = 200, contentType: String = "text/plain; charset=utf-8", body: String) {
            self.status = status
            self.contentType = contentType
            self.body = body
        }

        /// Metrics.
        public static func metrics(_ registry: MetricsRegistry) -> Response {
            Response(contentType: "text/plain; version=0.0.4; charset=utf-8", body: registry.text())
        }

        /// There is nothing at this path.
        public static let notFound = Response(status: 404, body: "not found\n")
    }

    /// The port listened on.
    public let port: Int
    private let listener: any Channel
    private let children: ChannelGroup

    private init(listener: any Channel, children: ChannelGroup, port: Int) {
        self.listener = listener
        self.children = children
        self.port = port
    }

    /// Listens on `port` of `host`; port 0 takes a free one.
    ///
    /// `respond` is called on an event loop with the path, without its query, and must not wait.
    public static func start(
        host: String = "0.0.0.0",
        port: Int,
        on group: MultiThreadedEventLoopGroup = .singleton,
        logger: Logger,
        respond: @escaping @Sendable (_ path: String) -> Response
    ) async throws -> ObservationServer {
        let children = ChannelGroup(limit: maximumConnections)
        let listener = try await ServerBootstrap(group: group)
            .serverChannelOption(.backlog, value: 64)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    guard children.admit(channel) else { throw ChannelError.inputClosed }
                    try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
                    try channel.pipeline.syncOperations.addHandler(IdleStateHandler(allTimeout: idleLimit))
                    try channel.pipeline.syncOperations.addHandler(ObservationHandler(respond: respond))
                }
            }
            .bind(host: host, port: port).get()
        let bound = listener.localAddress?.port ?? port
        logger.info("operators' HTTP is up", metadata: ["host": "\(host)", "port": "\(bound)"])
        return ObservationServer(listener: listener, children: children, port: bound)
    }

    /// Closes the port and every connection.
    public func shutdown() async {
        try? await listener.close()
        children.closeAll()
    }

    /// Scrapers and probes are few; who opens more is none of them.
    private static let maximumConnections = 256
    /// Longer than the usual scrape interval, so that a scraper may keep its connection.
    private static let idleLimit = TimeAmount.seconds(120)
}
