import Foundation
import NIOPosix
import TestKit
import Testing

@testable import MessageBus

@Suite("Getting into Redis", .timeLimit(.minutes(1)))
struct RedisAccessTests {
    private func failure(
        _ redis: RedisProcess,
        _ change: (inout RedisConfiguration) -> Void
    ) async throws -> String {
        let error = await #expect(throws: BusError.self) { try await RedisBus.connect(to: redis, change) }
        return error?.message ?? ""
    }

    @Test("a wrong password is said so, without the password; a missing one too")
    func passwords() async throws {
        let redis = try await RedisProcess(configuration: "requirepass right-secret")
        let bus = try await RedisBus.connect(to: redis) { $0.password = "right-secret" }
        #expect(bus.isHealthy)
        await bus.shutdown()
        let wrong = try await failure(redis) { $0.password = "wrong-secret" }
        #expect(wrong.contains("does not take the username and password: Redis refuses: WRONGPASS"))
        #expect(!wrong.contains("wrong-secret"))
        let missing = try await failure(redis) { _ in }
        #expect(missing == "Redis at \(redis.address) wants a password, and none is configured for it")
    }

    @Test("a user of the access list may do what it may")
    func users() async throws {
        let redis = try await RedisProcess(configuration: "user default off\nuser worker on >secret ~* &Egress* +@all")
        let bus = try await RedisBus.connect(to: redis) { ($0.username, $0.password) = ("worker", "secret") }
        let inbox = Inbox<[UInt8]>()
        _ = try await bus.subscribe("EgressInternal|x|RES") { inbox.add($0) }
        try await bus.publish([1], to: "EgressInternal|x|RES")
        #expect(await inbox.wait(for: 1) == [[1]])
        let published = await #expect(throws: BusError.self) { try await bus.publish([1], to: "Other") }
        #expect(published?.message.contains("NOPERM") == true)
        let subscribed = await #expect(throws: BusError.self) { _ = try await bus.subscribe("Other") { _ in } }
        #expect(subscribed?.message.contains("NOPERM") == true)
        await bus.shutdown()
        #expect(try await failure(redis) { ($0.username, $0.password) = ("nobody", "x") }.contains("WRONGPASS"))
    }

    @Test("TLS: the authority, the name and the client's certificate count, unless told otherwise")
    func tls() async throws {
        let folder = try TLSFiles()
        let port = try LoopbackPort.free()
        let plain = try await RedisProcess(
            configuration: """
                tls-port \(port)
                tls-cert-file \(folder.path("server.crt"))
                tls-key-file \(folder.path("server.key"))
                tls-ca-cert-file \(folder.path("ca.crt"))
                tls-auth-clients yes
                """
        )
        func settings(_ change: (inout RedisConfiguration.TLS) -> Void) -> (inout RedisConfiguration) -> Void {
            var tls = RedisConfiguration.TLS(
                caCertFile: folder.path("ca.crt"),
                clientCertFile: folder.path("client.crt"),
                clientKeyFile: folder.path("client.key")
            )
            change(&tls)
            return { configuration in
                configuration.address = "localhost:\(port)"
                configuration.tls = tls
            }
        }
        let bus = try await RedisBus.connect(to: plain, settings { _ in })
        #expect(try await bus.commands.send(["PING"]) == .status("PONG"))
        await bus.shutdown()
        let insecure = try await RedisBus.connect(to: plain, settings { ($0.insecure, $0.caCertFile) = (true, "") })
        await insecure.shutdown()
        let named = try await RedisBus.connect(
            to: plain,
            { configuration in
                settings { $0.serverName = "localhost" }(&configuration)
                configuration.address = "127.0.0.1:\(port)"
            }
        )
        await named.shutdown()
        for wrong in [
            settings { $0.caCertFile = "" },
            settings { $0.serverName = "elsewhere.example" },
            settings { ($0.clientCertFile, $0.clientKeyFile) = ("", "") },
            settings { $0.clientKeyFile = "" },
            settings { $0.caCertFile = folder.path("missing.crt") },
        ] {
            #expect(try await failure(plain, wrong).isEmpty == false)
        }
    }

    @Test("Sentinel says where the master is, with a password of its own")
    func sentinel() async throws {
        let master = try await RedisProcess(configuration: "requirepass master-secret")
        let sentinel = try await RedisProcess(
            ["--sentinel"],
            configuration: """
                requirepass sentinel-secret
                sentinel monitor theMaster 127.0.0.1 \(master.port) 1
                sentinel auth-pass theMaster master-secret
                """
        )
        let nobody = try LoopbackPort.free()
        func settings(_ name: String, _ password: String) -> (inout RedisConfiguration) -> Void {
            { configuration in
                configuration.address = "unused:1"
                configuration.password = "master-secret"
                configuration.sentinel = .init(
                    masterName: name,
                    addresses: ["127.0.0.1:\(nobody)", sentinel.address],
                    password: password
                )
            }
        }
        let bus = try await RedisBus.connect(to: master, settings("theMaster", "sentinel-secret"))
        let info = try await bus.commands.send(["INFO", "server"]).text
        #expect(info?.contains("tcp_port:\(master.port)\r\n") == true)
        await bus.shutdown()
        let unknown = try await failure(master, settings("other", "sentinel-secret"))
        #expect(unknown.contains("the Sentinel at \(sentinel.address) knows no master other"))
        let refused = try await failure(master, settings("theMaster", "wrong-secret"))
        #expect(refused.contains("WRONGPASS"))
        #expect(!refused.contains("wrong-secret"))
    }

    @Test("a master that became a replica is left, and found again through Sentinel")
    func replica() async throws {
        let first = try await RedisProcess()
        let second = try await RedisProcess()
        let sentinel = try await RedisProcess(
            ["--sentinel"],
            configuration: "sentinel monitor theMaster 127.0.0.1 \(first.port) 1"
        )
        let bus = try await RedisBus.connect(to: first) {
            $0.sentinel = .init(masterName: "theMaster", addresses: [sentinel.address])
        }
        let admin = try await RedisBus.connect(to: sentinel)
        _ = try await admin.commands.send(["SENTINEL", "REMOVE", "theMaster"])
        _ = try await admin.commands.send(
            ["SENTINEL", "MONITOR", "theMaster", "127.0.0.1", RedisArgument(second.port), "1"])
        let demoted = try await RedisBus.connect(to: first)
        _ = try await demoted.commands.send(["REPLICAOF", "127.0.0.1", RedisArgument(second.port)])
        // The first write after the change is refused, and makes the bus look for the master anew.
        await #expect(throws: BusError.self) { try await bus.commands.send(["SET", "a", "1"]) }
        #expect(try await bus.commands.send(["SET", "a", "2"]) == .status("OK"))
        let info = try await bus.commands.send(["INFO", "server"]).text
        #expect(info?.contains("tcp_port:\(second.port)\r\n") == true)
        for bus in [bus, admin, demoted] { await bus.shutdown() }
    }
}

/// An authority with a certificate for a server and one for a client, made by openssl.
private final class TLSFiles: Sendable {
    private let folder = FileManager.default.temporaryDirectory.appending(path: "tls-\(UUID().uuidString)")

    init() throws {
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        try openssl(
            "req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2 -subj /CN=authority -keyout ca.key -out ca.crt"
        )
        for name in ["server", "client"] {
            try "subjectAltName=DNS:localhost\n".write(
                to: folder.appending(path: "names"),
                atomically: true,
                encoding: .utf8
            )
            try openssl(
                "req -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -subj /CN=\(name) -keyout \(name).key -out \(name).csr"
            )
            try openssl(
                "x509 -req -in \(name).csr -CA ca.crt -CAkey ca.key -CAcreateserial -days 2 -extfile names "
                    + "-out \(name).crt"
            )
        }
    }

    deinit { try? FileManager.default.removeItem(at: folder) }

    func path(_ name: String) -> String { folder.appending(path: name).path() }

    private func openssl(_ arguments: String) throws {
        let command = "cd \(folder.path()) && exec openssl \(arguments)"
        let code = try Spawned("sh", ["-c", command]).exitCode()
        guard code == 0 else {
            throw RedisProcess.Failure(description: "openssl \(arguments) failed with \(code)")
        }
    }
}
