import AsyncHTTPClient
import Foundation
import NIOCore
import NIOHTTP1
import TestKit

@testable import Storage

/// An S3 server: moto's, from PyPI.
final class MotoServer {
    struct Missing: Error, CustomStringConvertible {
        var path: String
        var description: String {
            "there is no moto_server at \(path): install Tests/requirements.txt into .venv, or set MOTO_SERVER"
        }
    }

    struct NotReady: Error {}

    let port: Int
    private var process: Spawned?

    var url: String { "http://127.0.0.1:\(port)" }

    /// Starts a server without buckets on a free port.
    init() async throws {
        port = try LoopbackPort.free()
        try await start()
    }

    /// Starts it (again), empty, and waits until it answers.
    func start() async throws {
        process = try Spawned(Self.executable(), ["-H", "127.0.0.1", "-p", String(port)])
        // Python takes seconds to import moto on a busy machine.
        for _ in 0..<600 {
            if let status = try? await status("/"), status == 200 { return }
            try await Task.sleep(for: .milliseconds(100))
        }
        throw NotReady()
    }

    /// Kills it; what it held is gone.
    func stop() { process?.kill() }

    /// Stops it without a word, or lets it go on.
    func freeze(_ isFrozen: Bool) { process?.hold(isFrozen) }

    func createBucket(_ name: String) async throws {
        var request = HTTPClientRequest(url: "\(url)/\(name)")
        request.method = .PUT
        _ = try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    }

    func object(_ path: String) async throws -> (status: Int, headers: HTTPHeaders, bytes: [UInt8]) {
        // Moto shows objects to strangers only if they were made in parts.
        let signature = SignatureV4(
            credentials: S3Credentials(accessKey: "a", secret: "b"),
            region: "us-east-1",
            service: "s3"
        )
        let request = StoreRequest(method: .GET, scheme: "http", host: "127.0.0.1:\(port)", path: "/\(path)")
        let now = WallClock.system.now()
        return try await get(signature.presigned(request, seconds: 60, unixMilliseconds: now))
    }

    func get(_ url: String) async throws -> (status: Int, headers: HTTPHeaders, bytes: [UInt8]) {
        let answer = try await HTTPClient.shared.execute(HTTPClientRequest(url: url), timeout: .seconds(60))
        let body = try await answer.body.collect(upTo: 1 << 30)
        return (Int(answer.status.code), answer.headers, Array(body.readableBytesView))
    }

    private func status(_ path: String) async throws -> Int {
        Int(try await HTTPClient.shared.execute(HTTPClientRequest(url: url + path), timeout: .seconds(2)).status.code)
    }

    private static func executable() throws -> String {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let path =
            ProcessInfo.processInfo.environment["MOTO_SERVER"] ?? root.appending(path: ".venv/bin/moto_server").path()
        guard FileManager.default.isExecutableFile(atPath: path) else { throw Missing(path: path) }
        return path
    }
}
