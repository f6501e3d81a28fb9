import NIOCore
import NIOPosix
import NIOSSL

/// Opens connections to Redis: finds the master, connects, proves who it is.
struct RedisConnector: Sendable {
    let configuration: RedisConfiguration
    let loop: any EventLoop
    private let tls: NIOSSLContext?

    init(_ configuration: RedisConfiguration, loop: any EventLoop) throws(BusError) {
        self.configuration = configuration
        self.loop = loop
        tls = try configuration.tls?.context()
    }

    /// A connection that is ready for commands.
    func open() async throws(BusError) -> RedisConnection {
        let address = try await master()
        let connection = try await connect(to: address)
        do throws(BusError) {
            try await authenticate(connection, configuration.username, configuration.password)
            if configuration.db != 0 {
                try await send(connection, ["SELECT", RedisArgument(configuration.db)])
            }
            try await send(connection, ["PING"])
            if configuration.sentinel != nil { try await checkRole(of: connection) }
        } catch {
            connection.close()
            throw error
        }
        return connection
    }

    private func master() async throws(BusError) -> RedisAddress {
        guard let sentinel = configuration.sentinel else { return try RedisAddress(configuration.address) }
        guard !sentinel.addresses.isEmpty else { throw BusError("no sentinel_addresses to ask for the master") }
        var failures: [String] = []
        for text in sentinel.addresses {
            do throws(BusError) {
                return try await master(sentinel, askedAt: RedisAddress(text))
            } catch { failures.append(error.message) }
        }
        let reasons = failures.joined(separator: "; ")
        throw BusError("no Sentinel says where \(sentinel.masterName) is: \(reasons)")
    }

    private func master(
        _ sentinel: RedisConfiguration.Sentinel,
        askedAt address: RedisAddress
    ) async throws(BusError) -> RedisAddress {
        let connection = try await connect(to: address)
        defer { connection.close() }
        try await authenticate(connection, sentinel.username, sentinel.password)
        let name = sentinel.masterName
        let reply = try await send(connection, ["SENTINEL", "get-master-addr-by-name", RedisArgument(name)])
        guard let parts = reply.array, parts.count == 2, let host = parts[0].text,
            let port = parts[1].text.flatMap(UInt16.init)
        else { throw BusError("the Sentinel at \(address) knows no master \(name)") }
        return RedisAddress(host: host, port: Int(port))
    }

    /// Refuses a replica: a Sentinel may not have noticed yet that the master has changed.
    private func checkRole(of connection: RedisConnection) async throws(BusError) {
        let role = try await send(connection, ["ROLE"]).array?.first?.text
        guard role == "master" else { throw BusError("Redis at \(connection.peer) is \(role ?? "no"), not the master") }
    }

    private func connect(to address: RedisAddress) async throws(BusError) -> RedisConnection {
        let connection = RedisConnection(loop: loop, peer: "\(address)")
        let name = configuration.tls.map { $0.serverName.isEmpty ? address.host : $0.serverName }
        do {
            _ = try await ClientBootstrap(group: loop)
                .connectTimeout(TimeAmount(configuration.dialTimeout))
                .channelOption(.socketOption(.so_keepalive), value: 1)
                .channelOption(.tcpOption(.tcp_nodelay), value: 1)
                .channelInitializer { [tls] channel in
                    channel.eventLoop.makeCompletedFuture {
                        if let tls {
                            // An IP address is checked against the certificate without being asked for by name.
                            let name = name.flatMap { Self.isIPAddress($0) ? nil : $0 }
                            let handler = try NIOSSLClientHandler(context: tls, serverHostname: name)
                            try channel.pipeline.syncOperations.addHandler(handler)
                        }
                        try channel.pipeline.syncOperations.addHandler(connection)
                    }
                }
                .connect(host: address.host, port: address.port).get()
        } catch { throw BusError("cannot connect to Redis at \(address): \(describe(error))") }
        return connection
    }

    private func authenticate(
        _ connection: RedisConnection,
        _ username: String,
        _ password: String
    ) async throws(BusError) {
        guard !password.isEmpty else { return }
        let words = username.isEmpty ? [password] : [username, password]
        do throws(BusError) {
            _ = try await connection.send(
                ["AUTH"] + words.map { RedisArgument($0) },
                timeout: configuration.commandTimeout
            )
        } catch {
            // A Redis whose AUTH was renamed answers with the words it does not understand.
            let text = error.message.replacing(password, with: "…")
            throw BusError("Redis at \(connection.peer) does not take the username and password: \(text)")
        }
    }

    @discardableResult
    private func send(
        _ connection: RedisConnection,
        _ arguments: [RedisArgument]
    ) async throws(BusError) -> RedisReply {
        do throws(BusError) {
            return try await connection.send(arguments, timeout: configuration.commandTimeout)
        } catch {
            guard error.message.contains("NOAUTH") else { throw error }
            throw BusError("Redis at \(connection.peer) wants a password, and none is configured for it")
        }
    }

    private static func isIPAddress(_ text: String) -> Bool {
        (try? SocketAddress(ipAddress: text, port: 0)) != nil
    }
}

extension RedisConfiguration.TLS {
    fileprivate func context() throws(BusError) -> NIOSSLContext {
        var settings = TLSConfiguration.makeClientConfiguration()
        settings.certificateVerification = insecure ? .none : .fullVerification
        do {
            if !caCertFile.isEmpty {
                settings.trustRoots = .certificates(try NIOSSLCertificate.fromPEMFile(caCertFile))
            }
            guard clientCertFile.isEmpty == clientKeyFile.isEmpty else {
                throw BusError("client_cert_file and client_key_file go together: only one of them is set")
            }
            if !clientCertFile.isEmpty {
                settings.certificateChain = try NIOSSLCertificate.fromPEMFile(clientCertFile).map { .certificate($0) }
                settings.privateKey = .privateKey(try NIOSSLPrivateKey(file: clientKeyFile, format: .pem))
            }
            return try NIOSSLContext(configuration: settings)
        } catch let error as BusError {
            throw error
        } catch {
            let files = [caCertFile, clientCertFile, clientKeyFile].filter { !$0.isEmpty }
            throw BusError("the TLS files of Redis cannot be used (\(files.joined(separator: ", "))): \(error)")
        }
    }
}
