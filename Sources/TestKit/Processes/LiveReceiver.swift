import Foundation

/// FFmpeg as the RTMP or SRT server that a stream is sent to, which writes down what it gets.
public final class LiveReceiver: Sendable {
    /// How it is sent to.
    public enum Access: Sendable {
        /// `rtmp://127.0.0.1:port/live/key`.
        case rtmp(key: String)
        /// `srt://127.0.0.1:port`, encrypted if there is a passphrase.
        case srt(passphrase: String?)
    }

    /// It did not begin to listen.
    public struct Failure: Error {}

    /// Where it listens on 127.0.0.1.
    public let port: Int
    /// The file it writes.
    public let path: String
    private let process: Spawned

    /// Listens, on a port of its own if none is given; the ending of `path` says the container it writes.
    public init(_ access: Access, port: Int? = nil, writing path: String) async throws {
        self.port = try port ?? LoopbackPort.free()
        self.path = path
        // A low limit on what is looked at before writing begins: what a killed receiver has got counts.
        process = try Spawned(
            "ffmpeg",
            ["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-analyzeduration", "500000"]
                + Self.input(access, port: self.port) + ["-c", "copy", "-flush_packets", "1", path]
        )
        let table = if case .rtmp = access { "/proc/net/tcp" } else { "/proc/net/udp" }
        let end = ContinuousClock.now + .seconds(30)
        while !isListed(table) {
            guard process.isRunning, ContinuousClock.now < end else { throw Failure() }
            try await Task.sleep(for: .milliseconds(20))
        }
    }

    /// Waits until the stream has ended and the file is complete; false if that took longer than so many seconds.
    public func wait(seconds: Double = 15) async -> Bool { await process.ends(within: .seconds(seconds)) }

    /// Makes it stop reading, or go on.
    public func hold(_ isHeld: Bool) { process.hold(isHeld) }

    /// Ends it without any goodbye.
    public func kill() { process.kill() }

    private static func input(_ access: Access, port: Int) -> [String] {
        switch access {
        case .rtmp(let key): ["-listen", "1", "-i", "rtmp://127.0.0.1:\(port)/live/\(key)"]
        case .srt(let passphrase):
            ["-i", "srt://127.0.0.1:\(port)?mode=listener" + (passphrase.map { "&passphrase=\($0)" } ?? "")]
        }
    }

    /// Whether the system lists the port as listened to: to try it would use up the one connection it takes.
    private func isListed(_ table: String) -> Bool {
        let table = Self.text(ofSystemFile: table)
        let digits = String(port, radix: 16, uppercase: true)
        let address = "0100007F:" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        return table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            // The states of a listening TCP socket and of an unconnected UDP socket.
            return fields.count > 3 && fields[1] == address && ["0A", "07"].contains(fields[3])
        }
    }

    /// All of a file whose size the system gives as 0; Foundation reads no more than a page of one.
    private static func text(ofSystemFile path: String) -> String {
        guard let file = fopen(path, "r") else { return "" }
        defer { fclose(file) }
        var bytes: [UInt8] = []
        var piece = [UInt8](repeating: 0, count: 65536)
        while true {
            let count = fread(&piece, 1, piece.count, file)
            guard count > 0 else { return String(decoding: bytes, as: UTF8.self) }
            bytes += piece[..<count]
        }
    }
}
