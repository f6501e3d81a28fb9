import AsyncHTTPClient
import LiveKitProtocol
import NIOCore
import NIOPosix
import Testing

@testable import RoomServer

@Suite(.timeLimit(.minutes(1))) struct HTTPWebhookSenderTests {
    private let pair = APIKeys.Pair(key: "devkey", secret: "secret")
    private let body = Array(#"{"event":"room_started"}"#.utf8)

    /// Sends one webhook to a server that gives this answer; returns the outcome and the request as it came.
    private func send(answer: String) async throws -> (outcome: WebhookOutcome, request: String) {
        let listener = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(host: "127.0.0.1", port: 0) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        let port = listener.channel.localAddress?.port ?? 0
        async let outcome = HTTPWebhookSender(client: .shared, pair: pair)
            .send(body, to: "http://127.0.0.1:\(port)/hook?x=1")
        let request = try await listener.executeThenClose { connections -> String in
            for try await connection in connections {
                return try await connection.executeThenClose { inbound, outbound -> String in
                    var text = ""
                    for try await bytes in inbound {
                        text += String(buffer: bytes)
                        if text.hasSuffix("}") { break }
                    }
                    try await outbound.write(ByteBuffer(string: answer))
                    return text
                }
            }
            return ""
        }
        return (await outcome, request)
    }

    @Test func `a webhook is a signed POST without Bearer`() async throws {
        let (outcome, request) = try await send(answer: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
        #expect(outcome == .delivered)
        #expect(request.hasPrefix("POST /hook?x=1 HTTP/1.1\r\n"))
        let lines = request.split(separator: "\r\n")
        #expect(lines.contains("Content-Type: application/webhook+json"))
        #expect(lines.contains("User-Agent: LiveKit"))
        #expect(lines.last == #"{"event":"room_started"}"#)
        let header = try #require(lines.first { $0.hasPrefix("Authorization: ") })
        let token = String(header.dropFirst("Authorization: ".count))
        #expect(try WebhookSignature.verify(token, of: body, with: TokenVerifier(keys: ["devkey": "secret"])))
    }

    @Test(arguments: [
        ("404 Not Found", WebhookOutcome.refused(status: 404)), ("503 Unavailable", .failed("status 503")),
    ])
    func `the status says whether to try again`(status: String, expected: WebhookOutcome) async throws {
        let (outcome, _) = try await send(answer: "HTTP/1.1 \(status)\r\nContent-Length: 0\r\n\r\n")
        #expect(outcome == expected)
    }
}
