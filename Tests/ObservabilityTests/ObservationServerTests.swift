import Foundation
import Logging
import Observability
import Testing

@Suite("The operators' HTTP server")
struct ObservationServerTests {
    @Test("answers by path, with status and type, and refuses to be written to")
    func answers() async throws {
        let registry = MetricsRegistry()
        registry.set("answer", to: 42)
        let server = try await ObservationServer.start(host: "127.0.0.1", port: 0, logger: Logger(label: "test")) {
            path in
            switch path {
            case "/metrics": .metrics(registry)
            case "/ready": ObservationServer.Response(status: 503, body: "draining\n")
            default: .notFound
            }
        }
        let metrics = try await ask(server, "GET /metrics?x=1 HTTP/1.0\r\n\r\n")
        #expect(metrics.hasPrefix("HTTP/1.0 200 OK\r\n"))
        #expect(metrics.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        #expect(metrics.hasSuffix("answer 42\n"))
        #expect(try await ask(server, "GET /ready HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.0 503 "))
        #expect(try await ask(server, "GET / HTTP/1.0\r\n\r\n").hasPrefix("HTTP/1.0 404 "))
        let head = try await ask(server, "HEAD /metrics HTTP/1.0\r\n\r\n")
        let body = try #require(metrics.range(of: "\r\n\r\n"))
        let length = metrics[body.upperBound...].utf8.count
        #expect(head.contains("Content-Length: \(length)\r\n") && head.hasSuffix("\r\n\r\n"))
        #expect(
            try await ask(server, "POST /metrics HTTP/1.0\r\nContent-Length: 1\r\n\r\nx").hasPrefix("HTTP/1.0 405 ")
        )
        #expect(try await ask(server, "nonsense\r\n\r\n").hasPrefix("HTTP/1.1 400 "))
        await server.shutdown()
    }

    /// Sends a request on a plain socket and reads until the server closes it.
    private func ask(_ server: ObservationServer, _ request: String) async throws -> String {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result { try exchange(server.port, request) }) }
        }
    }
}

private struct SocketFailure: Error {}

private func exchange(_ port: Int, _ request: String) throws -> String {
    let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(socket) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) {
        $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
            connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
        }
    }
    guard result == 0 else { throw SocketFailure() }
    let bytes = Array(request.utf8)
    guard write(socket, bytes, bytes.count) == bytes.count else { throw SocketFailure() }
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
        let count = read(socket, &buffer, buffer.count)
        guard count > 0 else { break }
        answer += buffer[..<count]
    }
    return String(decoding: answer, as: UTF8.self)
}
