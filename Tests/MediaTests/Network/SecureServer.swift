import Foundation
import TestKit

/// OpenSSL as a TLS server for `localhost` that writes down what it is sent.
final class SecureServer {
    let port: Int
    /// The PEM file of its own certificate, which is its only authority.
    let certificate: String
    private let log: String
    private let process = Process()

    init(folder: String) throws {
        certificate = folder + "/certificate.pem"
        log = folder + "/received"
        port = try StreamReceiver.freePort()
        let key = folder + "/key.pem"
        try SystemProgram.run(
            "openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                certificate,
            ]
        )
        try Data().write(to: URL(fileURLWithPath: log))
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments = [
            "openssl", "s_server", "-quiet", "-accept", "\(port)", "-cert", certificate, "-key", key,
        ]
        process.standardInput = Pipe()
        process.standardOutput = FileHandle(forWritingAtPath: log)
        process.standardError = FileHandle.nullDevice
        try process.run()
        while !isListening { usleep(20_000) }
    }

    private var isListening: Bool {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        return withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
    }

    /// What came in over TLS.
    func requests() -> Data { FileManager.default.contents(atPath: log) ?? Data() }

    func stop() {
        kill(process.processIdentifier, SIGKILL)
        process.waitUntilExit()
    }
}
