import NIOCore
import NIOPosix

/// A TCP connection on which tests speak HTTP and WebSocket byte by byte, without the library the server uses.
final class RawConnection {
    /// An HTTP answer.
    struct Answer {
        var status: Int
        var headers: [String: String]
        var body: [UInt8]

        var text: String { String(decoding: body, as: UTF8.self) }
    }

    /// A WebSocket frame as it came.
    struct Frame: Equatable {
        var opcode: UInt8
        var payload: [UInt8]

        /// The code of a close frame.
        var closeCode: Int? {
            opcode == 8 && payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : nil
        }
    }

    /// The server has closed the connection, or sent what is no HTTP.
    struct Ended: Error {}

    private var inbound: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private let outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    private var buffer: [UInt8] = []

    private init(
        inbound: NIOAsyncChannelInboundStream<ByteBuffer>,
        outbound: NIOAsyncChannelOutboundWriter<ByteBuffer>
    ) {
        self.inbound = inbound.makeAsyncIterator()
        self.outbound = outbound
    }

    static func run<Result: Sendable>(port: Int, _ body: (RawConnection) async throws -> Result) async throws -> Result
    {
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connect(host: "127.0.0.1", port: port) { channel in
                channel.eventLoop.makeCompletedFuture {
                    try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
                }
            }
        return try await channel.executeThenClose { inbound, outbound in
            try await body(RawConnection(inbound: inbound, outbound: outbound))
        }
    }

    func send(_ bytes: [UInt8]) async throws {
        try await outbound.write(ByteBuffer(bytes: bytes))
    }

    // MARK: - HTTP

    /// Sends a request and reads the answer.
    func request(
        _ method: String,
        _ target: String,
        headers: [String: String] = [:],
        body: [UInt8] = []
    ) async throws -> Answer {
        try await sendRequest(method, target, headers: headers, body: body)
        return try await answer(hasBody: method != "HEAD")
    }

    func sendRequest(
        _ method: String,
        _ target: String,
        headers: [String: String] = [:],
        body: [UInt8] = []
    ) async throws {
        var text = "\(method) \(target) HTTP/1.1\r\nHost: test\r\n"
        for (name, value) in headers { text += "\(name): \(value)\r\n" }
        if !body.isEmpty { text += "Content-Length: \(body.count)\r\n" }
        try await send(Array((text + "\r\n").utf8) + body)
    }

    func answer(hasBody: Bool = true) async throws -> Answer {
        let head = try await read(until: Array("\r\n\r\n".utf8))
        let lines = String(decoding: head, as: UTF8.self).split(separator: "\r\n")
        guard let first = lines.first, let status = Int(first.dropFirst("HTTP/1.1 ".count).prefix(3)) else {
            throw Ended()
        }
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1)
            if parts.count == 2 { headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }) }
        }
        let length = hasBody ? headers["content-length"].flatMap { Int($0) } ?? 0 : 0
        return Answer(status: status, headers: headers, body: try await read(length))
    }

    // MARK: - WebSocket

    /// Asks for a WebSocket; the answer says whether there is one.
    func upgrade(_ target: String, token: String) async throws -> Answer {
        try await request(
            "GET",
            target,
            headers: Self.handshake.merging(["Authorization": "Bearer \(token)"]) { $1 }
        )
    }

    /// The headers of a handshake; the key is that of RFC 6455 §1.3.
    static let handshake = [
        "Connection": "Upgrade", "Upgrade": "websocket", "Sec-WebSocket-Version": "13",
        "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    ]

    func sendFrame(_ opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, isMasked: Bool = true) async throws {
        var frame: [UInt8] = [opcode | (isFinal ? 0x80 : 0)]
        let mask: UInt8 = isMasked ? 0x80 : 0
        switch payload.count {
        case ..<126: frame.append(mask | UInt8(payload.count))
        case ..<65_536: frame += [mask | 126, UInt8(payload.count >> 8), UInt8(payload.count & 255)]
        default: frame += [mask | 127] + (0..<8).map { UInt8(payload.count >> (56 - 8 * $0) & 255) }
        }
        guard isMasked else { return try await send(frame + payload) }
        let key: [UInt8] = [1, 2, 3, 4]
        try await send(frame + key + payload.enumerated().map { $1 ^ key[$0 % 4] })
    }

    /// The next frame.
    func frame() async throws -> Frame {
        let head = try await read(2)
        var length = Int(head[1] & 127)
        if length >= 126 { length = try await read(length == 126 ? 2 : 8).reduce(0) { $0 << 8 | Int($1) } }
        return Frame(opcode: head[0] & 15, payload: try await read(length))
    }

    // MARK: - Bytes

    /// Whether the server closes the connection before it sends anything more.
    func isClosed() async throws -> Bool {
        guard buffer.isEmpty else { return false }
        do {
            return try await inbound.next() == nil
        } catch {
            return true
        }
    }

    private func read(_ count: Int) async throws -> [UInt8] {
        while buffer.count < count { try await fill() }
        defer { buffer.removeFirst(count) }
        return Array(buffer.prefix(count))
    }

    private func read(until mark: [UInt8]) async throws -> [UInt8] {
        while true {
            if buffer.count >= mark.count {
                for start in 0...(buffer.count - mark.count) where Array(buffer[start..<start + mark.count]) == mark {
                    return try await read(start + mark.count)
                }
            }
            try await fill()
        }
    }

    private func fill() async throws {
        guard let more = try await inbound.next() else { throw Ended() }
        buffer += Array(more.readableBytesView)
    }
}
