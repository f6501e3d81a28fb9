import Foundation
import TestKit

/// OpenSSL as a TLS server for `localhost` that writes down what it is sent.
final class SecureServer {
    let port: Int
    /// The PEM file of its own certificate, which is its only authority.
    let certificate: String
    private let log: String
    private let process: Spawned

    init(folder: String) async throws {
        certificate = folder + "/certificate.pem"
        log = folder + "/received"
        port = try LoopbackPort.free()
        let key = folder + "/key.pem"
        try SystemProgram.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                certificate,
            ]
        )
        // What ends on its input is not a server for long, so that is a pipe without an end.
        let input = folder + "/input"
        mkfifo(input, 0o600)
        process = try Spawned(
            "openssl",
            ["s_server", "-quiet", "-accept", "\(port)", "-cert", certificate, "-key", key],
            input: input,
            output: log
        )
        while process.isRunning, !LoopbackPort.answers(port) { try await Task.sleep(for: .milliseconds(20)) }
    }

    /// What came in over TLS.
    func requests() -> Data { FileManager.default.contents(atPath: log) ?? Data() }

    func stop() { process.kill() }
}
