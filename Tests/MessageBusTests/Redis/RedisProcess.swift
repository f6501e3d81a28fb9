import Foundation
import Glibc
import Synchronization

#if canImport(Glibc)
    import Glibc
#endif

/// A redis-server that a test starts on a free port, and that ends with it.
final class RedisProcess: Sendable {
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let port: Int
    let folder: URL
    private let arguments: [String]
    private let process = Mutex<Spawned?>(nil)

    /// Starts one and waits until it takes connections.
    ///
    /// `arguments` come after the port; `configuration` is the text of its configuration file.
    init(_ arguments: [String] = [], configuration: String = "") async throws {
        port = try Self.freePort()
        folder = FileManager.default.temporaryDirectory.appending(path: "redis-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: "redis.conf")
        let quiet = "save \"\"\ndir \(folder.path())\nlogfile \(folder.path())/log\nport \(port)\n"
        let isSentinel = arguments.contains("--sentinel")
        let text = isSentinel ? "port \(port)\nlogfile \(folder.path())/log\n" : quiet
        try (text + configuration + "\n").write(to: file, atomically: true, encoding: .utf8)
        self.arguments = [file.path()] + arguments
        try await start()
    }

    deinit {
        kill()
        try? FileManager.default.removeItem(at: folder)
    }

    var address: String { "127.0.0.1:\(port)" }

    /// Starts it again after `kill`.
    func start() async throws {
        let process = try Spawned(Self.executable(), arguments)
        self.process.withLock { $0 = process }
        let end = ContinuousClock.now + .seconds(30)
        while !Self.answers(on: port) {
            guard process.isRunning, ContinuousClock.now < end else {
                let log = (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "no log"
                throw Failure(description: "redis-server did not start on port \(port): \(log)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends it without a word, as a crash would.
    func kill() {
        process.withLock { process in
            process?.kill()
            process = nil
        }
    }

    /// Lets it hang: connections stand, nothing is answered.
    func suspend() { process.withLock { $0?.signal(SIGSTOP) } }

    /// Lets it go on.
    func resume() { process.withLock { $0?.signal(SIGCONT) } }

    static func freePort() throws -> Int {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(0)
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(socket, $0, length) == 0 && getsockname(socket, $0, &length) == 0
            }
        }
        guard bound else { throw Failure(description: "no free port: errno \(errno)") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func executable() throws -> String {
        let places = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"]
        guard let found = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw Failure(description: "redis-server is not installed: this test needs Debian's package redis-server")
        }
        return found
    }

    private static func answers(on port: Int) -> Bool {
        let socket = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(socket) }
        var address = loopback(port)
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    private static func loopback(_ port: Int) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        return address
    }
}
