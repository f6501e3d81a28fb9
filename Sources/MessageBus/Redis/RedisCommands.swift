import NIOCore

/// Commands to Redis from anywhere, pipelined over one connection.
///
/// While the connection is away a command waits for it as long as `RedisConfiguration.commandTimeout`. A command that
/// was sent when the connection went is not sent again: it fails, and whether Redis has run it is not known.
public final class RedisCommands: @unchecked Sendable {  // its state is touched on the link's loop only
    private typealias Use = @Sendable (Result<RedisConnection, BusError>) -> Void
    private typealias Waiting = (id: Int, run: Use, timeout: Scheduled<Void>)

    /// How often a transaction is tried whose keys keep changing: LiveKit's number.
    private static let transactionAttempts = 5
    /// Bounds the commands that wait for the connection.
    private static let maximumWaiting = 10_000

    private let link: RedisLink
    private var waiting: [Waiting] = []
    private var nextID = 0

    private var configuration: RedisConfiguration { link.connector.configuration }
    private var loop: any EventLoop { link.connector.loop }

    init(link: RedisLink) { self.link = link }

    /// Runs a command; throws what Redis refuses it with.
    public func send(_ arguments: [RedisArgument]) async throws(BusError) -> RedisReply {
        try await send(pipeline: [arguments])[0].checked()
    }

    /// Runs commands one right after the other; a refused one is an `error` among the replies.
    ///
    /// Others' commands do not come between, but if the connection is lost, only some may have been run.
    public func send(pipeline commands: [[RedisArgument]]) async throws(BusError) -> [RedisReply] {
        let timeout = configuration.commandTimeout
        typealias Outcome = Result<[RedisReply], BusError>
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            loop.execute {
                self.withConnection { connection in
                    switch connection {
                    case .failure(let error): continuation.resume(returning: .failure(error))
                    case .success(let connection):
                        Self.run(commands, on: connection, timeout: timeout) { continuation.resume(returning: $0) }
                    }
                }
            }
        }
        return try result.get()
    }

    /// Runs commands as one transaction (MULTI, EXEC): all of them or none.
    public func atomically(_ commands: [[RedisArgument]]) async throws(BusError) -> [RedisReply] {
        let replies = try await send(pipeline: [["MULTI"]] + commands + [["EXEC"]])
        guard let replies = try Self.executed(replies) else { throw BusError("Redis dropped a transaction") }
        return replies
    }

    /// Reads, decides and writes, if nobody changed the watched keys meanwhile; else it is done anew, up to five times.
    ///
    /// `decide` reads by the function it is given and returns the commands to run as one transaction; none: nothing is
    /// written. A transaction has a connection of its own, because WATCH belongs to one.
    public func transaction(
        watching keys: [String],
        decide: (_ read: (_ command: [RedisArgument]) async throws(BusError) -> RedisReply) async throws(BusError)
            -> [[RedisArgument]]
    ) async throws(BusError) -> [RedisReply] {
        let connection = try await link.connector.open()
        defer { connection.close() }
        let timeout = configuration.commandTimeout
        for _ in 0..<Self.transactionAttempts {
            _ = try await connection.send(["WATCH"] + keys.map { RedisArgument($0) }, timeout: timeout)
            let commands = try await decide { (command) async throws(BusError) -> RedisReply in
                try await connection.send(command, timeout: timeout)
            }
            guard !commands.isEmpty else { return [] }
            let replies = try await Self.run([["MULTI"]] + commands + [["EXEC"]], on: connection, timeout: timeout)
            if let replies = try Self.executed(replies) { return replies }
        }
        throw BusError("\(keys.joined(separator: ", ")) in Redis changed \(Self.transactionAttempts) times meanwhile")
    }

    // MARK: - On the loop

    /// The connection is there again.
    func ready(_ connection: RedisConnection) {
        let waiting = waiting
        self.waiting = []
        for entry in waiting {
            entry.timeout.cancel()
            entry.run(.success(connection))
        }
    }

    /// No connection will come any more.
    func closed() {
        let waiting = waiting
        self.waiting = []
        for entry in waiting {
            entry.timeout.cancel()
            entry.run(.failure(.closed))
        }
    }

    private func withConnection(_ run: @escaping Use) {
        if let connection = link.connection { return run(.success(connection)) }
        guard !link.isClosed else { return run(.failure(.closed)) }
        guard waiting.count < Self.maximumWaiting else {
            return run(.failure(BusError("Redis is away, and \(waiting.count) commands wait for it already")))
        }
        nextID += 1
        let id = nextID
        let timeout = loop.scheduleTask(in: TimeAmount(configuration.commandTimeout)) { [weak self] in
            guard let self, let index = self.waiting.firstIndex(where: { $0.id == id }) else { return }
            self.waiting.remove(at: index)
            run(.failure(BusError("Redis at \(self.configuration) is not reachable")))
        }
        waiting.append((id, run, timeout))
    }

    private static func run(
        _ commands: [[RedisArgument]],
        on connection: RedisConnection,
        timeout: Duration
    ) async throws(BusError) -> [RedisReply] {
        typealias Outcome = Result<[RedisReply], BusError>
        let result = await withCheckedContinuation { (continuation: CheckedContinuation<Outcome, Never>) in
            connection.loop.execute {
                run(commands, on: connection, timeout: timeout) { continuation.resume(returning: $0) }
            }
        }
        return try result.get()
    }

    private static func run(
        _ commands: [[RedisArgument]],
        on connection: RedisConnection,
        timeout: Duration,
        completion: @escaping (Result<[RedisReply], BusError>) -> Void
    ) {
        if let fault = commands.lazy.compactMap(RedisCommand.fault).first { return completion(.failure(fault)) }
        let gathering = Gathering(count: commands.count, completion: completion)
        guard !commands.isEmpty else { return completion(.success([])) }
        for command in commands {
            connection.send(command, timeout: timeout) { gathering.add($0) }
        }
    }

    /// The replies of EXEC; nil when a watched key had changed.
    private static func executed(_ replies: [RedisReply]) throws(BusError) -> [RedisReply]? {
        for reply in replies { _ = try reply.checked() }
        guard let last = replies.last, case .array(let results) = last else { return nil }
        for result in results { _ = try result.checked() }
        return results
    }
}

/// Replies that belong together.
///
/// Touched on a connection's loop only.
private final class Gathering {
    private var missing: Int
    private var replies: [RedisReply] = []
    private var completion: ((Result<[RedisReply], BusError>) -> Void)?

    init(count: Int, completion: @escaping (Result<[RedisReply], BusError>) -> Void) {
        missing = count
        self.completion = completion
    }

    func add(_ reply: Result<RedisReply, BusError>) {
        switch reply {
        case .success(let reply):
            replies.append(reply)
            missing -= 1
            if missing == 0 { finish(.success(replies)) }
        case .failure(let error): finish(.failure(error))
        }
    }

    private func finish(_ result: Result<[RedisReply], BusError>) {
        completion?(result)
        completion = nil
    }
}
