import NIOCore
import NIOPosix
import Synchronization

/// An RTSP server on 127.0.0.1 with four seconds of µ-law sound, sent over the same connection.
final class RTSPCamera: Sendable {
    let port: Int
    private let channel: any Channel
    private let log: Log

    /// `redirect`: where a request for a description is sent instead.
    init(redirect: String? = nil) async throws {
        let log = Log()
        self.log = log
        channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    try channel.pipeline.syncOperations.addHandler(Handler(redirect: redirect, log: log))
                }
            }
            .bind(host: "127.0.0.1", port: 0).get()
        port = channel.localAddress?.port ?? 0
    }

    deinit { channel.close(promise: nil) }

    /// The methods that were asked for.
    var methods: [String] { log.methods.withLock { $0 } }

    private final class Log: Sendable {
        let methods = Mutex<[String]>([])
    }

    private final class Handler: ChannelInboundHandler {
        typealias InboundIn = ByteBuffer
        typealias OutboundOut = ByteBuffer

        private static let description = [
            "v=0", "o=- 0 0 IN IP4 127.0.0.1", "s=camera", "t=0 0", "m=audio 0 RTP/AVP 0", "a=control:track1", "",
        ].joined(separator: "\r\n")

        private let redirect: String?
        private let log: Log
        private var text = ""

        init(redirect: String?, log: Log) {
            self.redirect = redirect
            self.log = log
        }

        func channelRead(context: ChannelHandlerContext, data: NIOAny) {
            text += String(buffer: unwrapInboundIn(data))
            while let end = text.firstRange(of: "\r\n\r\n") {
                let lines = text[..<end.lowerBound].split(separator: "\r\n")
                text = String(text[end.upperBound...])
                answer(String(lines.first?.prefix { $0 != " " } ?? ""), lines, context)
            }
        }

        func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

        private func answer(_ method: String, _ lines: [Substring], _ context: ChannelHandlerContext) {
            log.methods.withLock { $0.append(method) }
            let sequence = lines.first { $0.lowercased().hasPrefix("cseq:") } ?? "CSeq: 1"
            var status = "200 OK"
            var headers = [String(sequence)]
            var body = ""
            switch method {
            case "DESCRIBE":
                if let redirect {
                    status = "302 Moved Temporarily"
                    headers.append("Location: \(redirect)")
                } else {
                    body = Self.description
                    headers += ["Content-Type: application/sdp", "Content-Length: \(body.utf8.count)"]
                }
            case "SETUP": headers += ["Session: 1", "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"]
            case "PLAY": headers += ["Session: 1", "Range: npt=0-"]
            default: headers.append("Public: OPTIONS, DESCRIBE, SETUP, PLAY, TEARDOWN")
            }
            let reply = "RTSP/1.0 \(status)\r\n\(headers.joined(separator: "\r\n"))\r\n\r\n\(body)"
            context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: reply)), promise: nil)
            if method == "PLAY" { play(context) }
        }

        /// Packets of 20 ms in RTSP's framing (RFC 2326 §10.12).
        private func play(_ context: ChannelHandlerContext) {
            for number in 0..<200 {
                var packet = ByteBuffer(bytes: [0x24, 0])
                packet.writeInteger(UInt16(12 + 160))
                packet.writeBytes([0x80, 0])
                packet.writeInteger(UInt16(number))
                packet.writeInteger(UInt32(number * 160))
                packet.writeInteger(UInt32(7))
                packet.writeRepeatingByte(UInt8(number), count: 160)
                context.write(wrapOutboundOut(packet), promise: nil)
            }
            context.flush()
        }
    }
}
