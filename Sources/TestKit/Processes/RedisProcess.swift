import Foundation
import Synchronization

/// A redis-server that a test starts on a free port, and that ends with it.
public final class RedisProcess: Sendable {
    /// It could not be started.
    public struct Failure: Error, CustomStringConvertible {
        /// Why.
        public let description: String

        /// A failure.
        public init(description: String) { self.description = description }
    }

    /// The port it listens on.
    public let port: Int
    private let folder: URL
    private let arguments: [String]
    private let process = Mutex<Spawned?>(nil)

    /// Starts one and waits until it takes connections.
    ///
    /// `arguments` come after the port; `configuration` is the text of its configuration file.
    public init(_ arguments: [String] = [], configuration: String = "") async throws {
        port = try LoopbackPort.free()
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

    /// Where it is reached, `host:port`.
    public var address: String { "127.0.0.1:\(port)" }

    /// Starts it again after `kill`.
    public func start() async throws {
        let process = try Spawned(Self.executable(), arguments)
        self.process.withLock { $0 = process }
        let end = ContinuousClock.now + .seconds(30)
        while !LoopbackPort.answers(port) {
            guard process.isRunning, ContinuousClock.now < end else {
                let log = (try? String(contentsOf: folder.appending(path: "log"), encoding: .utf8)) ?? "no log"
                throw Failure(description: "redis-server did not start on port \(port): \(log)")
            }
            try await Task.sleep(for: .milliseconds(10))
        }
    }

    /// Ends it without a word, as a crash would.
    public func kill() {
        process.withLock { process in
            process?.kill()
            process = nil
        }
    }

    /// Lets it hang: connections stand, nothing is answered.
    public func suspend() { process.withLock { $0?.hold(true) } }

    /// Lets it go on.
    public func resume() { process.withLock { $0?.hold(false) } }

    private static func executable() throws -> String {
        let places = ["/usr/bin/redis-server", "/usr/local/bin/redis-server"]
        guard let found = places.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw Failure(description: "redis-server is not installed: this test needs Debian's package redis-server")
        }
        return found
    }
}
