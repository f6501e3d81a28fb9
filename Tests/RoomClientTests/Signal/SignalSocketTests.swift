import NIOCore
import NIOPosix
import Signaling
import Synchronization
import Testing

@testable import RoomClient

/// Answers every connection with the same bytes and closes it; remembers what was asked.
private final class CannedServer: Sendable {
    let channel: any Channel
    private let requests: Log

    final class Log: Sendable {
        let lines = Mutex<[String]>([])
    }

    private final class Responder: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        let answer: String
        let log: Log
        init(answer: String, log: Log) {
            self.answer = answer
            self.log = log
        }
        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            let request = String(buffer: unwrapInboundIn(data))
            log.lines.withLock { $0.append(String(request.prefix { $0 != "\r\n" })) }
            let channel = context.channel
            guard !answer.isEmpty else { return channel.close(promise: nil) }
            channel.writeAndFlush(channel.allocator.buffer(string: answer)).whenComplete { _ in
                channel.close(promise: nil)
            }
        }
    }

    init(answer: String, on loop: any EventLoop) async throws {
        let requests = Log()
        self.requests = requests
        channel = try await ServerBootstrap(group: loop)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Responder(answer: answer, log: requests))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
    }

    var port: Int { channel.localAddress?.port ?? 0 }
    var requestLines: [String] { requests.lines.withLock { $0 } }
}

@Suite struct SignalSocketTests {
    private let loop = MultiThreadedEventLoopGroup.singleton.next()

    /// Opens a socket and waits for its first report.
    private func open(port: Int) async throws -> SignalFailure? {
        let endpoint = try SignalEndpoint(parsing: "ws://127.0.0.1:\(port)")
        let connection = try ServerConnection(endpoint: endpoint)
        let promise = loop.makePromise(of: SignalFailure?.self)
        let loop = loop
        return try await loop.flatSubmit {
            let socket = SignalSocket(
                connection: connection,
                query: SignalQuery(sdk: "go", version: "1", autoSubscribe: false),
                token: "very-secret-token",
                on: loop
            ) { event in
                if case .failed(let failure) = event { promise.succeed(failure) } else { promise.succeed(nil) }
            }
            return promise.futureResult.map { failure in
                socket.close()
                return failure
            }
        }.get()
    }

    @Test func `a refused upgrade is told with its status and the server's words`() async throws {
        let text = "invalid API key"
        let answer = "HTTP/1.1 401 Unauthorized\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)"
        let server = try await CannedServer(answer: answer, on: loop)
        let failure = try #require(try await open(port: server.port))
        #expect(failure.status == 401)
        #expect(failure.isFinal)
        #expect(failure.text.contains("invalid API key"))
        #expect(!failure.text.contains("secret"))
        #expect(server.requestLines.map { $0.prefix(9) } == ["GET /rtc?", "GET /rtc/"])
        #expect(server.requestLines.allSatisfy { !$0.contains("secret") })
        try await server.channel.close()
    }

    @Test(arguments: ["", "SSH-2.0-OpenSSH_9.2\r\n", "HTTP/1.1 101 Switching Protocols\r\n\r\n"])
    func `a server that is no room server fails the connection`(answer: String) async throws {
        let server = try await CannedServer(answer: answer, on: loop)
        let failure = try #require(try await open(port: server.port))
        #expect(failure.status == nil)
        #expect(!failure.isFinal)
        try await server.channel.close()
    }

    @Test func `nobody listening fails the connection with the address`() async throws {
        let server = try await CannedServer(answer: "", on: loop)
        let port = server.port
        try await server.channel.close()
        let failure = try #require(try await open(port: port))
        #expect(failure.text.contains("127.0.0.1:\(port)"))
        #expect(!failure.isFinal)
    }
}
