import NIOCore
import NIOPosix

/// A publisher's HTTP side: one request on a connection of its own, byte by byte.
struct WHIPClient: Sendable {
    /// An answer.
    struct Answer: Sendable {
        var status = 0
        /// By name in lower case; several of a name are joined by line feeds.
        var headers: [String: String] = [:]
        var text = ""
    }

    let port: Int

    func send(
        _ method: String,
        _ target: String,
        headers: [(String, String)] = [],
        body: String? = nil
    ) async throws -> Answer {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: test\r\nConnection: close\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if let body { text += "Content-Length: \(body.utf8.count)\r\n\r\n\(body)" } else { text += "\r\n" }
        return try await exchange(text)
    }

    func offer(_ sdp: String, to target: String, key: String? = nil, userAgent: String = "test") async throws -> Answer
    {
        var headers = [("Content-Type", "application/sdp"), ("User-Agent", userAgent)]
        if let key { headers.append(("Authorization", "Bearer \(key)")) }
        return try await send("POST", target, headers: headers, body: sdp)
    }

    /// Sends these bytes and reads until the server closes.
    func exchange(_ text: String) async throws -> Answer {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await outbound.write(ByteBuffer(string: text))
            var received = ""
            for try await bytes in inbound { received += String(buffer: bytes) }
            return Self.parse(received)
        }
    }

    private static func parse(_ text: String) -> Answer {
        var answer = Answer()
        guard let end = text.firstRange(of: "\r\n\r\n") else { return answer }
        let lines = text[..<end.lowerBound].split(separator: "\r\n")
        answer.status = lines.first.flatMap { Int($0.dropFirst(9).prefix(3)) } ?? 0
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            guard parts.count == 2 else { continue }
            let (name, value) = (parts[0].lowercased(), String(parts[1].drop { $0 == " " }))
            answer.headers[name] = answer.headers[name].map { $0 + "\n" + value } ?? value
        }
        answer.text = String(text[end.upperBound...])
        return answer
    }
}
