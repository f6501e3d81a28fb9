import Foundation

/// FFmpeg as the RTMP or SRT server that a stream is sent to, which writes down what it gets.
final class LiveReceiver {
    let port: Int
    let path: String
    private let table: String
    private let process = Process()

    /// Listens, on a port of its own if none is given, for `rtmp://127.0.0.1:port/live/key`; without a key, for SRT.
    init(port: Int? = nil, key: String?, writing path: String) throws {
        let chosen = try port ?? Self.freePort()
        self.port = chosen
        self.path = path
        table = key == nil ? "/proc/net/udp" : "/proc/net/tcp"
        let input =
            key.map { ["-listen", "1", "-analyzeduration", "500000", "-i", "rtmp://127.0.0.1:\(chosen)/live/\($0)"] }
            ?? ["-analyzeduration", "500000", "-i", "srt://127.0.0.1:\(chosen)?mode=listener"]
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        // A low limit on what is looked at before writing begins: what a killed receiver has got counts.
        process.arguments =
            ["ffmpeg", "-hide_banner", "-loglevel", "error", "-y"] + input
            + ["-c", "copy", "-flush_packets", "1", path]
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = FileHandle.nullDevice
        process.standardError = FileHandle.nullDevice
        try process.run()
        while process.isRunning, !isListening { usleep(20_000) }
    }

    /// Whether the system lists the port as listened to: to try it would use up the one connection it takes.
    private var isListening: Bool {
        let table = (try? String(contentsOfFile: table, encoding: .utf8)) ?? ""
        let address = "0100007F:" + String(port, radix: 16, uppercase: true).leftPadded(to: 4)
        return table.split(separator: "\n").contains { line in
            let fields = line.split(separator: " ")
            return fields.count > 3 && fields[1] == address && ["0A", "07"].contains(fields[3])
        }
    }

    /// Waits until the stream has ended and the file is complete; false if that took longer than so many seconds.
    func wait(seconds: Double = 15) async -> Bool {
        let end = Date().addingTimeInterval(seconds)
        while process.isRunning, Date() < end { try? await Task.sleep(for: .milliseconds(20)) }
        return !process.isRunning
    }

    /// Makes it stop reading, or go on.
    func hold(_ isHeld: Bool) { Foundation.kill(process.processIdentifier, isHeld ? SIGSTOP : SIGCONT) }

    /// Ends it without any goodbye.
    func kill() {
        guard process.isRunning else { return }
        Foundation.kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }

    deinit { kill() }

    /// A port that nobody uses just now.
    static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let isBound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && getsockname(descriptor, address, &length) == 0
            }
        }
        guard isBound else { throw POSIXError(.EADDRNOTAVAIL) }
        return Int(UInt16(bigEndian: address.sin_port))
    }
}

extension String {
    fileprivate func leftPadded(to length: Int) -> String {
        String(repeating: "0", count: max(0, length - count)) + self
    }
}
